// SPDX-License-Identifier: Apache-2.0

using Tributary.Client.Rest;
using Tributary.Protocol.Rest;

namespace Tributary.Client;

/// <summary>The participants of a controller and their reports. Failures throw <see cref="ControllerException"/>.</summary>
public sealed class ReportsClient
{
    private readonly ControllerConnection _connection;

    internal ReportsClient(ControllerConnection connection) => _connection = connection;

    /// <summary>Lists participants.</summary>
    /// <param name="status">The status of the participants listed, for instance <c>online</c>; null for all.</param>
    /// <param name="range">The part of the list to return.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<ListResponse<ClientSummary>> ListClientsAsync(
        string? status = null, ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(RestPaths.List("clients", ("status", status)), RestResponseJson.Default.ListResponseClientSummary, range, cancellationToken);

    /// <summary>Lists validations.</summary>
    /// <param name="modelId">The id of the model whose validations are listed; null for all models.</param>
    /// <param name="sessionId">The id of the session whose validations are listed; null for all sessions.</param>
    /// <param name="range">The part of the list to return.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<ListResponse<ValidationSummary>> ListValidationsAsync(
        string? modelId = null, string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            RestPaths.List("validations", ("model_id", modelId), ("session_id", sessionId)),
            RestResponseJson.Default.ListResponseValidationSummary,
            range,
            cancellationToken);

    /// <summary>Lists metrics.</summary>
    /// <param name="roundId">The id of the round whose metrics are listed; null for all rounds.</param>
    /// <param name="sessionId">The id of the session whose metrics are listed; null for all sessions.</param>
    /// <param name="range">The part of the list to return.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<ListResponse<ValueSummary>> ListMetricsAsync(
        string? roundId = null, string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            RestPaths.List("metrics", ("round_id", roundId), ("session_id", sessionId)),
            RestResponseJson.Default.ListResponseValueSummary,
            range,
            cancellationToken);
}
