// SPDX-License-Identifier: Apache-2.0

using Tributary.Client.Rest;
using Tributary.Protocol.Rest;

namespace Tributary.Client;

/// <summary>The participants of a controller and their reports. Failures are <see cref="ControllerException"/>.</summary>
public sealed class ReportsClient
{
    private readonly ControllerConnection _connection;

    internal ReportsClient(ControllerConnection connection) => _connection = connection;

    /// <summary>Lists participants.</summary>
    /// <param name="status">Only those with this status, for instance <c>online</c>; null for all.</param>
    /// <param name="range">Which part.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<ListResponse<ClientSummary>> ListClientsAsync(
        string? status = null, ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(RestPaths.List("clients", ("status", status)), RestResponseJson.Default.ListResponseClientSummary, range, cancellationToken);

    /// <summary>Lists validations.</summary>
    /// <param name="modelId">Only those of this model; null for all.</param>
    /// <param name="sessionId">Only those of this session; null for all.</param>
    /// <param name="range">Which part.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<ListResponse<ValidationSummary>> ListValidationsAsync(
        string? modelId = null, string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            RestPaths.List("validations", ("model_id", modelId), ("session_id", sessionId)),
            RestResponseJson.Default.ListResponseValidationSummary,
            range,
            cancellationToken);

    /// <summary>Lists metrics.</summary>
    /// <param name="roundId">Only those of this round; null for all.</param>
    /// <param name="sessionId">Only those of this session; null for all.</param>
    /// <param name="range">Which part.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<ListResponse<ValueSummary>> ListMetricsAsync(
        string? roundId = null, string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            RestPaths.List("metrics", ("round_id", roundId), ("session_id", sessionId)),
            RestResponseJson.Default.ListResponseValueSummary,
            range,
            cancellationToken);
}
