// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Tributary.Client.Rest;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Client.Participation;

/// <summary>The connection of a participant to its combiner.</summary>
internal sealed class CombinerConnection : IDisposable
{
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);

    private readonly ParticipantOptions _options;
    private readonly RetryBackoff _waits;
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;
    private readonly Fedn.Combiner.CombinerClient _combiner;
    private readonly Fedn.Connector.ConnectorClient _connector;
    private readonly string _clientId;

    public CombinerConnection(Assignment assignment, ParticipantOptions options, RetryBackoff waits)
    {
        (_options, _waits, _clientId) = (options, waits, assignment.ClientId);
        _channel = GrpcChannel.ForAddress(assignment.Combiner, new GrpcChannelOptions { HttpHandler = NewHandler(options), DisposeHttpClient = true });
        _invoker = _channel.Intercept(headers =>
        {
            // Headers carry ASCII only; the messages name the client in full.
            if (!assignment.ClientId.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                headers.Add("client", assignment.ClientId);
            }

            if (options.Token is { } token)
            {
                headers.Add("authorization", $"Bearer {token}");
            }

            return headers;
        });
        (_combiner, _connector) = (new(_invoker), new(_invoker));
    }

    /// <summary>The identity of this participant in messages about its work.</summary>
    public Fedn.Client Identity => new() { Name = _options.Name, Role = Role.Client, ClientId = _clientId };

    public Timestamp Now => Timestamp.FromDateTimeOffset(_options.TimeProvider.GetUtcNow());

    public AsyncServerStreamingCall<TaskRequest> OpenTaskStream(CancellationToken cancellationToken) =>
        _combiner.TaskStream(new ClientAvailableMessage { Sender = Identity }, cancellationToken: cancellationToken);

    public async Task SendHeartbeatAsync(CancellationToken cancellationToken) =>
        await _connector.SendHeartbeatAsync(new Heartbeat { Sender = Identity }, StatusCall(cancellationToken)).ConfigureAwait(false);

    /// <summary>Reports the progress of work. A report that fails is not repeated: the work itself is what counts.</summary>
    public async Task SendStatusAsync(Fedn.Status status, CancellationToken cancellationToken)
    {
        status.Sender = Identity;
        status.Timestamp = Now;
        try
        {
            await _connector.SendStatusAsync(status, StatusCall(cancellationToken)).ConfigureAwait(false);
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    public Task<Response> SendUpdateAsync(ModelUpdate update, CancellationToken cancellationToken) =>
        RetryAsync(token => _combiner.SendModelUpdateAsync(update, cancellationToken: token).ResponseAsync, cancellationToken);

    public Task<Response> SendValidationAsync(ModelValidation validation, CancellationToken cancellationToken) =>
        RetryAsync(token => _combiner.SendModelValidationAsync(validation, cancellationToken: token).ResponseAsync, cancellationToken);

    public Task<Response> SendMetricAsync(ModelMetric metric, CancellationToken cancellationToken) =>
        RetryAsync(token => _combiner.SendModelMetricAsync(metric, cancellationToken: token).ResponseAsync, cancellationToken);

    /// <summary>Downloads a model into a file, which is begun anew when the connection is lost on the way.</summary>
    public Task DownloadAsync(string modelId, string path, CancellationToken cancellationToken) =>
        RetryAsync(
            async token =>
            {
                await ModelTransfer.DownloadAsync(_invoker, Identity, modelId, path, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Uploads a file as the model <paramref name="modelId"/>, from its first byte and with the same id at every try.</summary>
    public Task UploadAsync(string modelId, string path, CancellationToken cancellationToken) =>
        RetryAsync(
            async token =>
            {
                await ModelTransfer.UploadAsync(_invoker, modelId, path, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public void Dispose() => _channel.Dispose();

    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            RpcException? passing = null;
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (RpcException lost) when (IsPassing(lost))
            {
                passing = lost;
            }
            catch (RpcException refused)
            {
                throw new CombinerException(refused.StatusCode, refused.Status.Detail, refused);
            }

            await _waits.WaitAsync(passing.Message, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    // ABORTED ends an upload that was cut off, or that meets its own earlier try.
    private static bool IsPassing(RpcException error) =>
        error.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Aborted
        || error.Status is { StatusCode: StatusCode.Unknown, Detail: "Stream removed" }
        || IsConnectionLost(error.Status.DebugException);

    /// <summary>Returns true when an error comes from the connection: the library says INTERNAL of some of them, a lost keepalive among them.</summary>
    private static bool IsConnectionLost(Exception? error) =>
        error is HttpProtocolException or IOException or HttpRequestException or TimeoutException || (error is not null && IsConnectionLost(error.InnerException));

    // A deadline runs on the real clock, also where a test has another one.
    private static CallOptions StatusCall(CancellationToken cancellationToken) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + StatusTimeout, cancellationToken: cancellationToken);

    private static SocketsHttpHandler NewHandler(ParticipantOptions options) => new()
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        EnableMultipleHttp2Connections = true,
        SslOptions = Trust.Of(options.Authorities),

        // A connection that has died silently is noticed within 15 s.
        KeepAlivePingDelay = TimeSpan.FromSeconds(5),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseCookies = false,
        UseProxy = false,
    };
}
