// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Client;

namespace Tributary.Demo;

/// <summary>What the repository has of a demo: the model that its session begins with, and the training result that it leads to.</summary>
internal sealed class DemoRepository(RepositoryClient repository, ControllerClient controller)
{
    /// <summary>What the session names as its model.</summary>
    public const string ModelId = $"repository:{Name}/{Version}";

    private const string Name = "digits";
    private const string Version = "1";
    private const double Rounding = 1e-9;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Publishes the initial model.</summary>
    public Task PublishAsync(string path, CancellationToken cancellationToken) =>
        repository.PublishModelFileAsync(Name, Version, path, "numpy", "Reads handwritten digits; untrained.", cancellationToken);

    /// <summary>The result that the server has left, with the figures of all participants in it, which come in after the last round.</summary>
    /// <exception cref="DemoException">It is not there in time.</exception>
    public async Task<DemoOutcome> WaitForOutcomeAsync(string session, string model, int participants, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout);
        while (!late.IsCancellationRequested)
        {
            var reports = (await controller.Reports.ListValidationsAsync(model, cancellationToken: cancellationToken)).Items;
            var results = await repository.ListResultsAsync(Name, Version, cancellationToken);
            if (reports.Count >= participants
                && results.FirstOrDefault(r => r.Results?.GetValueOrDefault("session_id").ToString() == session) is { WeightsId: not null } result
                && result.Figure("accuracy") is { } accuracy && Math.Abs(accuracy - reports.Average(AccuracyOf)) < Rounding)
            {
                return new($"training-results/{Name}/{Version}/{result.TrainingId}", accuracy);
            }

            await Task.Delay(Period, cancellationToken);
        }

        throw new DemoException($"The session's training result did not come into the repository within {Timeout.TotalSeconds} s.");
    }

    private static double AccuracyOf(ValidationEntry report)
    {
        using var figures = JsonDocument.Parse(report.Data);
        return figures.RootElement.GetProperty("accuracy").GetDouble();
    }
}
