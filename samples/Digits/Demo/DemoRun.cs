// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Client;

namespace Tributary.Samples.Digits.Demo;

/// <summary>A whole federation in one process: a server, participants that reach it over the network, and a session run over REST.</summary>
/// <param name="settings">The settings of the demo.</param>
/// <param name="view">The view that shows the rounds.</param>
/// <param name="startServer">The function that starts a server on a data folder.</param>
public sealed class DemoRun(DemoSettings settings, IDemoView view, Func<string, CancellationToken, Task<DemoServer>> startServer)
{
    private static readonly TimeSpan ArrivalPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ArrivalTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromSeconds(60);

    /// <exception cref="DemoException">The demo could not be completed.</exception>
    public async Task<DemoResult> RunAsync(CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("tributary-demo-");
        try
        {
            return await RunAsync(scratch.FullName, cancellationToken);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private async Task<DemoResult> RunAsync(string scratch, CancellationToken cancellationToken)
    {
        // 1. A server, to which the participants connect.
        var federation = new DigitFederation(settings.Participants, settings.Seed, settings.Labels);
        await using var server = await startServer(settings.Data ?? Path.Combine(scratch, "data"), cancellationToken);
        using var controller = new ControllerClient(server.Controller);
        using var repositoryClient = new RepositoryClient(server.Repository);
        var repository = new DemoRepository(repositoryClient, controller);
        await using var participants = new ParticipantGroup(federation, server.Controller, settings.Seed, settings.Attackers);

        // 2. The session, as a user of the server would run it.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var session = RunSessionsAsync(federation, controller, repository, scratch, stopping.Token);
        var failure = participants.FailureAsync();
        if (await Task.WhenAny(session, failure) == failure)
        {
            await stopping.CancelAsync();
            await ((Task)session).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            await failure;
        }

        var (attacked, rounds, outcome) = await session;

        // 3. Training without a federation, for comparison.
        using var central = federation.TrainCentrally(settings.Rounds, cancellationToken);
        using var single = federation.TrainAlone(0, settings.Rounds, cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(settings.ModelPath)!);
        File.Copy(ModelPath(scratch, settings.Rounds), settings.ModelPath, overwrite: true);
        return new DemoResult
        {
            Seed = settings.Seed,
            Participants = settings.Participants,
            Strategy = settings.Strategy,
            Attackers = settings.Attackers,
            FedavgAccuracy = attacked is [.., var last] ? last.Accuracy : null,
            Rounds = rounds,
            FederatedAccuracy = rounds[^1].Accuracy,
            CentralAccuracy = federation.Measure(central).Accuracy,
            SingleClientAccuracy = federation.Measure(single).Accuracy,
            Repository = outcome,
            Model = settings.ModelPath,
        };
    }

    private async Task<(IReadOnlyList<DemoRound> Attacked, IReadOnlyList<DemoRound> Rounds, DemoOutcome Outcome)> RunSessionsAsync(
        DigitFederation federation, ControllerClient controller, DemoRepository repository, string scratch, CancellationToken cancellationToken)
    {
        await PublishInitialAsync(federation, repository, scratch, cancellationToken);
        await WaitForParticipantsAsync(controller, cancellationToken);
        var attacked = settings.Attackers > 0
            ? (await RunSessionAsync(DemoSettings.FederatedAveraging, null, federation, controller, scratch, cancellationToken)).Rounds
            : [];
        var (rounds, session, model) = await RunSessionAsync(
            settings.Strategy, settings.StrategyParameters(), federation, controller, scratch, cancellationToken);
        return (attacked, rounds, await repository.WaitForOutcomeAsync(session, model, settings.Participants, cancellationToken));
    }

    private async Task<(IReadOnlyList<DemoRound> Rounds, string Session, string Model)> RunSessionAsync(
        string strategy, string? parameters, DigitFederation federation, ControllerClient controller, string scratch, CancellationToken cancellationToken)
    {
        var session = await controller.Sessions.CreateAsync(
            new SessionSettings
            {
                Name = "digits",
                ModelId = DemoRepository.ModelId,
                Rounds = settings.Rounds,
                Aggregator = strategy,
                AggregatorParameters = parameters,
                ClientsRequired = settings.Participants,
                RoundTimeout = RoundTimeout,
            },
            cancellationToken);
        await controller.Sessions.StartAsync(session.SessionId, rounds: null, cancellationToken);

        var rounds = new List<DemoRound>();
        string? modelId = null;
        await view.ShowAsync(settings.Rounds, async report =>
        {
            await foreach (var round in controller.Sessions.FollowRoundsAsync(session.SessionId, cancellationToken))
            {
                var result = await MeasureAsync(federation, controller, round, rounds.Count + 1, scratch, cancellationToken);
                rounds.Add(result);
                modelId = round.ModelId;
                report(result);
            }
        });
        return rounds.Count == settings.Rounds
            ? (rounds, session.SessionId, modelId!)
            : throw new DemoException($"The session ended after {rounds.Count} of {settings.Rounds} rounds.");
    }

    private async Task WaitForParticipantsAsync(ControllerClient controller, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(ArrivalTimeout);
        while ((await controller.Reports.ListClientsAsync("online", new ListRange(Limit: 1), cancellationToken)).Count < settings.Participants)
        {
            if (late.IsCancellationRequested)
            {
                throw new DemoException($"Not all {settings.Participants} participants have connected within {ArrivalTimeout.TotalSeconds} s.");
            }

            await Task.Delay(ArrivalPeriod, cancellationToken);
        }
    }

    private static async Task PublishInitialAsync(
        DigitFederation federation, DemoRepository repository, string scratch, CancellationToken cancellationToken)
    {
        using var model = federation.InitialModel();
        var path = ModelPath(scratch, 0);
        ModelFile.Save(model, path, cancellationToken);
        await repository.PublishAsync(path, cancellationToken);
    }

    private static async Task<DemoRound> MeasureAsync(
        DigitFederation federation, ControllerClient controller, RoundSummary round, int number, string scratch, CancellationToken cancellationToken)
    {
        if (round.ModelId is null)
        {
            throw new DemoException($"Round {number} ended without a model: {round.Error ?? round.Status}");
        }

        var path = ModelPath(scratch, number);
        await controller.Models.DownloadFileAsync(round.ModelId, path, cancellationToken);
        using var model = ModelFile.Load(path, cancellationToken);
        var (loss, accuracy) = federation.Measure(model);
        return new DemoRound(number, loss, accuracy, round.Updates, round.UploadedBytes, round.Duration.TotalSeconds);
    }

    private static string ModelPath(string scratch, int round) => Path.Combine(scratch, string.Create(CultureInfo.InvariantCulture, $"round-{round}.npz"));
}
