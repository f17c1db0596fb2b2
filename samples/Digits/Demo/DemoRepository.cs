// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Client;
using Tributary.Protocol.Rest;

namespace Tributary.Samples.Digits.Demo;

/// <summary>
/// A demo's part of the repository: the model with which its session begins, and the training result that the session leaves.
/// </summary>
internal sealed class DemoRepository(RepositoryClient repository, ControllerClient controller)
{
    /// <summary>The id with which the session refers to its model.</summary>
    public const string ModelId = $"repository:{Name}/{Version}";

    private const string Name = "digits";
    private const string Version = "1";
    private const double Rounding = 1e-9;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Publishes the initial model.</summary>
    public Task PublishAsync(string path, CancellationToken cancellationToken) =>
        repository.PublishModelFileAsync(Name, Version, path, "numpy", "Reads handwritten digits; untrained.", cancellationToken);

    /// <summary>
    /// Waits for the result that the server leaves, until it includes the figures of all participants, which follow the last round.
    /// </summary>
    /// <exception cref="DemoException">The result is not complete in time.</exception>
    public async Task<DemoOutcome> WaitForOutcomeAsync(string session, string model, int participants, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Timeout);
        try
        {
            while (true)
            {
                if (await MeasureAsync(model, participants, late.Token) is { } expected && await FindAsync(session, late.Token) is { } result
                    && result.GetMetric("accuracy") is { } accuracy && Math.Abs(accuracy - expected) < Rounding)
                {
                    return new($"training-results/{Name}/{Version}/{result.TrainingId}", accuracy);
                }

                await Task.Delay(Period, late.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoException($"The session's training result did not come into the repository within {Timeout.TotalSeconds} s.");
        }
    }

    /// <summary>Returns the mean accuracy that the participants have reported; null until all of them have.</summary>
    private async Task<double?> MeasureAsync(string model, int participants, CancellationToken cancellationToken)
    {
        var reports = (await controller.Reports.ListValidationsAsync(model, cancellationToken: cancellationToken)).Items;
        var figures = reports.GroupBy(r => r.Sender?.ClientId).Select(own => AccuracyOf(own.MaxBy(r => r.Timestamp)!)).ToList();
        return figures.Count == participants ? figures.Average() : null;
    }

    private ValueTask<TrainingResultSummary?> FindAsync(string session, CancellationToken cancellationToken) =>
        repository.ListTrainingResultsAsync(Name, Version, cancellationToken).FirstOrDefaultAsync(
            result => result is { WeightsId: not null, Results: { } fields } && fields.TryGetValue("session_id", out var id) && id.ToString() == session,
            cancellationToken);

    private static double? AccuracyOf(ValidationSummary report)
    {
        using var figures = JsonDocument.Parse(report.Data);
        return figures.RootElement.TryGetProperty("accuracy", out var accuracy) ? accuracy.GetDouble() : null;
    }
}
