// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf.WellKnownTypes;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;
using Sender = Tributary.Protocol.Fedn.Client;

namespace Tributary.Client.Participation;

/// <summary>The connection of a participant to its combiner.</summary>
internal sealed class CombinerConnection : IDisposable
{
    private static readonly RpcCallOptions StatusCall = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly ParticipantOptions _options;
    private readonly RetryBackoff _waits;
    private readonly RpcChannel _channel;
    private readonly string _clientId;

    public CombinerConnection(Assignment assignment, ParticipantOptions options, RetryBackoff waits)
    {
        (_options, _waits, _clientId) = (options, waits, assignment.ClientId);
        var metadata = new RpcMetadata();

        // Headers carry ASCII only; the messages name the client in full.
        if (!assignment.ClientId.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            metadata.Add("client", assignment.ClientId);
        }

        if (options.Token is { } token && assignment.Combiner.Scheme == Uri.UriSchemeHttps)
        {
            metadata.Add("authorization", $"Bearer {token}");
        }

        // A connection that has died silently is noticed within 15 s.
        _channel = new RpcChannel(
            assignment.Combiner,
            new RpcChannelOptions { Metadata = metadata, KeepAliveDelay = TimeSpan.FromSeconds(5), TimeProvider = options.TimeProvider });
    }

    /// <summary>The identity of this participant in messages about its work.</summary>
    public Sender Identity => new() { Name = _options.Name, Role = Role.Client, ClientId = _clientId };

    public Timestamp Now => Timestamp.FromDateTimeOffset(_options.TimeProvider.GetUtcNow());

    public RpcServerStream<TaskRequest> OpenTaskStream(CancellationToken cancellationToken) =>
        _channel.ServerStream<ClientAvailableMessage, TaskRequest>(
            "fedn.Combiner/TaskStream", new ClientAvailableMessage { Sender = Identity }, options: null, cancellationToken);

    public Task SendHeartbeatAsync(CancellationToken cancellationToken) =>
        _channel.UnaryAsync<Heartbeat, Response>("fedn.Connector/SendHeartbeat", new Heartbeat { Sender = Identity }, StatusCall, cancellationToken);

    /// <summary>Reports the progress of work. A report that fails is not repeated: the work itself is what counts.</summary>
    public async Task SendStatusAsync(Status status, CancellationToken cancellationToken)
    {
        status.Sender = new Sender { Name = _options.Name, Role = Role.Client };
        status.Timestamp = Now;
        try
        {
            await _channel.UnaryAsync<Status, Response>("fedn.Connector/SendStatus", status, StatusCall, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException)
        {
        }
    }

    public Task<Response> SendUpdateAsync(ModelUpdate update, CancellationToken cancellationToken) =>
        RetryAsync(token => _channel.UnaryAsync<ModelUpdate, Response>("fedn.Combiner/SendModelUpdate", update, null, token), cancellationToken);

    public Task<Response> SendValidationAsync(ModelValidation validation, CancellationToken cancellationToken) =>
        RetryAsync(token => _channel.UnaryAsync<ModelValidation, Response>("fedn.Combiner/SendModelValidation", validation, null, token), cancellationToken);

    public Task<Response> SendMetricAsync(ModelMetric metric, CancellationToken cancellationToken) =>
        RetryAsync(token => _channel.UnaryAsync<ModelMetric, Response>("fedn.Combiner/SendModelMetric", metric, null, token), cancellationToken);

    /// <summary>Downloads a model into a file, which is begun anew when the connection is lost on the way.</summary>
    public Task DownloadAsync(string modelId, string path, CancellationToken cancellationToken) =>
        RetryAsync(
            async token =>
            {
                await ModelTransfer.DownloadAsync(_channel, Identity, modelId, path, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Uploads a file as the model <paramref name="modelId"/>, from its first byte and with the same id at every try.</summary>
    public Task UploadAsync(string modelId, string path, CancellationToken cancellationToken) =>
        RetryAsync(
            async token =>
            {
                await ModelTransfer.UploadAsync(_channel, modelId, path, token).ConfigureAwait(false);
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
            catch (RpcException lost) when (IsPassing(lost.Status))
            {
                passing = lost;
            }
            catch (RpcException refused)
            {
                throw new CombinerException(refused.Status.Code, refused.Status.Detail, refused);
            }

            await _waits.WaitAsync(passing.Message, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    // ABORTED ends an upload that was cut off, or that meets its own earlier try.
    private static bool IsPassing(RpcStatus status) =>
        status.Code is RpcStatusCode.Unavailable or RpcStatusCode.Cancelled or RpcStatusCode.Aborted
        || status is { Code: RpcStatusCode.Unknown, Detail: "Stream removed" };
}
