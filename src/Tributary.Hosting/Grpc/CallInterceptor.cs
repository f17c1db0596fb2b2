// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Grpc;

/// <summary>
/// The interceptor of every call: it ends calls when the server stops, and is the one place that turns exceptions into statuses.
/// </summary>
/// <remarks>
/// The library leaves calls open until the host's stop times out, sends status texts of any length, and reports an upload that its client
/// broke off like a fault of the server's disk.
/// </remarks>
internal sealed partial class CallInterceptor(
    IHostApplicationLifetime lifetime, IOptions<GrpcOptions> options, TimeProvider time, ILogger<CallInterceptor> logger) : Interceptor
{
    /// <summary>The longest status text in encoded bytes: clients take about 8 KiB of metadata, and with more they lose the status as well.</summary>
    private const int MaxDetailBytes = 1024;

    /// <summary>The method that tells its callers of the stop by itself.</summary>
    private const string HealthWatch = "/grpc.health.v1.Health/Watch";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, call => continuation(request, call));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, async call =>
        {
            using var requests = new RequestReader<TRequest>(requestStream, call, options.Value.MessageTime, time);
            return await continuation(requests, call);
        });

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        context.Method == HealthWatch ? continuation(request, responseStream, context) : RunAsync(context, async call =>
        {
            // The client learns at once that its stream is accepted, however long the first message takes.
            await context.WriteResponseHeadersAsync([]);
            await continuation(request, new ResponseWriter<TResponse>(responseStream, call), call);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, async call =>
        {
            await context.WriteResponseHeadersAsync([]);
            // Both sides may be silent for long here, as in reflection: the limits of connections and windows are the bound.
            using var requests = new RequestReader<TRequest>(requestStream, call, Timeout.InfiniteTimeSpan, time);
            await continuation(requests, new ResponseWriter<TResponse>(responseStream, call), call);
            return true;
        });

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<StoppableCall, Task<T>> handler)
    {
        var credentials = context.GetHttpContext().Features.Get<OpenCall>();
        using var call = new StoppableCall(context, lifetime.ApplicationStopping, credentials?.Ended ?? CancellationToken.None);
        try
        {
            call.CancellationToken.ThrowIfCancellationRequested();
            return await handler(call);
        }
        catch (RpcException refused)
        {
            LogEnded(context.Method, refused.StatusCode, refused.Status.Detail);
            throw Cut(refused);
        }
        catch (Exception error) when (context.CancellationToken.IsCancellationRequested && error is not StorageException)
        {
            // The client is gone, or its deadline has passed: the library answers that.
            LogAbandoned(context.Method);
            throw new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled"));
        }
        catch (Exception error) when (lifetime.ApplicationStopping.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "server stopping"));
        }
        catch (Exception error) when (credentials is { Reason: not null } && error is OperationCanceledException or IOException)
        {
            throw new Refusal(credentials.Reason.Value).ToRpcException(context);
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled"));
        }
        catch (Exception error) when (StorageException.IsCauseOf(error))
        {
            // On UNAVAILABLE, clients retry instead of giving up the data they hold.
            LogStoreFailed(error, context.Method);
            throw new RpcException(new Status(StatusCode.Unavailable, ErrorHandling.StoreFailed));
        }
        catch (Exception error)
        {
            LogFailed(error, context.Method);
            throw new RpcException(new Status(StatusCode.Unknown, "The server failed to handle the call"));
        }
    }

    /// <summary>Returns the exception with a text that clients can receive.</summary>
    private static RpcException Cut(RpcException refused)
    {
        var detail = refused.Status.Detail;
        var (bytes, length) = (0, 0);
        foreach (var rune in detail.EnumerateRunes())
        {
            // A byte outside printable ASCII takes three characters on the wire.
            bytes += rune.Value is >= ' ' and <= '~' and not '%' ? 1 : 3 * rune.Utf8SequenceLength;
            if (bytes > MaxDetailBytes)
            {
                return new RpcException(new Status(refused.StatusCode, detail[..length]), refused.Trailers);
            }

            length += rune.Utf16SequenceLength;
        }

        return refused;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Call {Method} ended with {Code}: {Detail}")]
    private partial void LogEnded(string method, StatusCode code, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Call {Method} was abandoned by its client")]
    private partial void LogAbandoned(string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "Call {Method} was answered UNAVAILABLE because a store failed")]
    private partial void LogStoreFailed(Exception error, string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "Call {Method} failed with an unhandled exception")]
    private partial void LogFailed(Exception error, string method);
}
