// SPDX-License-Identifier: Apache-2.0

using Tributary.Client.Rest;

namespace Tributary.Client;

/// <summary>What participants have told a controller, and which there are. Failures are <see cref="ControllerException"/>.</summary>
public sealed class ReportCalls
{
    private readonly ControllerConnection _connection;

    internal ReportCalls(ControllerConnection connection) => _connection = connection;

    /// <summary>Lists participants.</summary>
    /// <param name="status">Only those with this status, for instance <c>online</c>; null for all.</param>
    /// <param name="range">Which part.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ListPart<ClientSummary>> ListClientsAsync(string? status = null, ListRange range = default, CancellationToken cancellationToken = default)
    {
        var answer = await _connection
            .GetAsync(RestPaths.List("clients", ("status", status)), RestJson.Default.ListResponseClientSummary, range, cancellationToken)
            .ConfigureAwait(false);
        return new(answer.Count, answer.Result);
    }

    /// <summary>Lists validations.</summary>
    /// <param name="modelId">Only those of this model; null for all.</param>
    /// <param name="sessionId">Only those of this session; null for all.</param>
    /// <param name="range">Which part.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ListPart<ValidationSummary>> ListValidationsAsync(
        string? modelId = null, string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default)
    {
        var path = RestPaths.List("validations", ("model_id", modelId), ("session_id", sessionId));
        var answer = await _connection.GetAsync(path, RestJson.Default.ListResponseValidationSummary, range, cancellationToken).ConfigureAwait(false);
        return new(answer.Count, answer.Result);
    }

    /// <summary>Lists metrics.</summary>
    /// <param name="roundId">Only those of this round; null for all.</param>
    /// <param name="sessionId">Only those of this session; null for all.</param>
    /// <param name="range">Which part.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ListPart<MetricSummary>> ListMetricsAsync(
        string? roundId = null, string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default)
    {
        var path = RestPaths.List("metrics", ("round_id", roundId), ("session_id", sessionId));
        var answer = await _connection.GetAsync(path, RestJson.Default.ListResponseMetricSummary, range, cancellationToken).ConfigureAwait(false);
        return new(answer.Count, answer.Result);
    }
}
