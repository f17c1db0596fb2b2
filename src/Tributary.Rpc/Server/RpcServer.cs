// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tributary.Rpc;

/// <summary>The server side of the protocol, which takes a request through checks, call, interceptors, handler and status.</summary>
internal sealed partial class RpcServer(
    IOptions<RpcServerOptions> options, IHostApplicationLifetime lifetime, TimeProvider timeProvider, ILogger<RpcServer> logger)
{
    private static readonly RpcStatus Stopping = new(RpcStatusCode.Unavailable, "server stopping");

    private readonly RpcServerOptions _options = options.Value;
    private readonly Func<RpcCall, Task>[] _interceptors = [.. options.Value.Interceptors];

    public async Task RunAsync(HttpContext http, RpcMethod method)
    {
        if (!AcceptRequest(http))
        {
            return;
        }

        http.Response.ContentType = RpcHeaders.ContentType;
        http.Response.Headers[RpcHeaders.AcceptEncoding] = _options.AcceptGzip ? "identity,gzip" : RpcHeaders.Identity;
        RpcCall call;
        try
        {
            call = Open(http, method);
        }
        catch (RpcException exception)
        {
            LogEnded(method.Name, exception.Status.Code, exception.Status.Detail);
            WriteStatus(http, exception.Status, exception.Trailers);
            await DrainAsync(http);
            return;
        }

        try
        {
            var status = await HandleAsync(call, method);
            if (status is null || call.IsAborted)
            {
                LogAbandoned(method.Name);
                return;
            }

            await EndAsync(call, status);
        }
        finally
        {
            call.Close();
        }
    }

    /// <summary>Answers a request to a method that is not mapped.</summary>
    public async Task RefuseAsync(HttpContext http)
    {
        if (AcceptRequest(http))
        {
            http.Response.ContentType = RpcHeaders.ContentType;
            WriteStatus(http, new RpcStatus(RpcStatusCode.Unimplemented, "Method not implemented"), new RpcMetadata());
            await DrainAsync(http);
        }
    }

    private static bool AcceptRequest(HttpContext http)
    {
        if (!RpcHeaders.IsRpcContentType(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return false;
        }

        return true;
    }

    private Task DrainAsync(HttpContext http) => RequestDrain.RunAsync(http, timeProvider, lifetime.ApplicationStopping);

    private RpcCall Open(HttpContext http, RpcMethod method)
    {
        // A client may leave its stream idle for any time and send any number of messages: neither limit fits a stream.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var request = http.Request.Headers;
        var compression = request[RpcHeaders.Encoding].ToString() switch
        {
            "" or RpcHeaders.Identity => RpcCompression.Identity,
            RpcHeaders.Gzip when _options.AcceptGzip => RpcCompression.Gzip,
            var other => throw new RpcException(RpcStatusCode.Unimplemented, $"Compression '{other}' is not supported"),
        };
        TimeSpan? timeout = null;
        if (request.TryGetValue(RpcHeaders.Timeout, out var text))
        {
            if (!TimeoutEncoding.TryDecode(text.ToString(), out var value))
            {
                throw new RpcException(RpcStatusCode.Internal, "Invalid grpc-timeout");
            }

            timeout = value <= TimeoutEncoding.LongestTimer ? value : null;
        }

        var metadata = new RpcMetadata();
        foreach (var (name, values) in request)
        {
            foreach (var value in values)
            {
                MetadataEncoding.Decode(metadata, name, value ?? "");
            }
        }

        var compressAnswer = _options.ResponseCompression == RpcCompression.Gzip && RpcHeaders.NamesGzip(request[RpcHeaders.AcceptEncoding]);
        if (compressAnswer)
        {
            http.Response.Headers[RpcHeaders.Encoding] = RpcHeaders.Gzip;
        }

        return new RpcCall(http, method.Name, metadata, timeout, timeProvider, lifetime.ApplicationStopping)
        {
            RequestCompression = compression,
            ResponseCompression = compressAnswer ? RpcCompression.Gzip : RpcCompression.Identity,
            MaxReceiveMessageBytes = _options.MaxReceiveMessageBytes,
        };
    }

    /// <summary>Runs the handler and returns the status of the call; null when the client is gone.</summary>
    private async Task<RpcStatus?> HandleAsync(RpcCall call, RpcMethod method)
    {
        try
        {
            call.CancellationToken.ThrowIfCancellationRequested();
            foreach (var interceptor in _interceptors)
            {
                await interceptor(call);
            }

            if (method.StreamsAnswer)
            {
                call.ApplyHeaders();
                await call.Output.FlushAsync(CancellationToken.None);
            }

            await method.Handler(call);
            return RpcStatus.Ok;
        }
        catch (RpcException exception)
        {
            call.ResponseTrailers.AddRange(exception.Trailers);
            return exception.Status;
        }
        catch (Exception) when (call.IsAborted)
        {
            return null;
        }
        catch (OperationCanceledException) when (call.CancellationToken.IsCancellationRequested)
        {
            return call.IsLate ? new RpcStatus(RpcStatusCode.DeadlineExceeded, "Deadline exceeded") : Stopping;
        }
        catch (OperationCanceledException)
        {
            return new RpcStatus(RpcStatusCode.Cancelled, "The call was cancelled");
        }
        catch (Exception exception)
        {
            LogFailed(method.Name, exception);
            return new RpcStatus(RpcStatusCode.Unknown, "The server failed to handle the call");
        }
    }

    private async Task EndAsync(RpcCall call, RpcStatus status)
    {
        if (status.Code != RpcStatusCode.Ok)
        {
            LogEnded(call.Method, status.Code, status.Detail);
        }

        if (!call.ResponseHeaders.IsFrozen)
        {
            call.ApplyHeaders();
        }

        WriteStatus(call.HttpContext, status, call.ResponseTrailers);
        if (call.Reader.HasRest)
        {
            call.Reader.Release();
            await DrainAsync(call.HttpContext);
        }
    }

    private void WriteStatus(HttpContext http, RpcStatus status, RpcMetadata trailers)
    {
        var response = http.Response;
        var target = response.HasStarted || response.BodyWriter.UnflushedBytes > 0
            ? http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : response.Headers;
        target[RpcHeaders.Status] = ((int)status.Code).ToString(CultureInfo.InvariantCulture);
        if (status.Detail.Length > 0)
        {
            target[RpcHeaders.Message] = PercentEncoding.Encode(status.Detail, _options.MaxDetailBytes);
        }

        foreach (var entry in trailers)
        {
            target.Append(entry.Key, MetadataEncoding.Encode(entry));
        }
    }
}
