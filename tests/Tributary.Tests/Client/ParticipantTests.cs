// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Tests.Client;

/// <summary>The SDK's participants against the real server.</summary>
public sealed class ParticipantTests : ServerTests
{
    private readonly ParticipantGroup _participants = new();

    public override async ValueTask DisposeAsync()
    {
        await _participants.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Session_TwoParticipants_GivesTheWeightedMeanOfEveryRound()
    {
        _participants.Add(Server, "a", ParticipantGroup.Adding(1, examples: 1));
        _participants.Add(Server, "b", ParticipantGroup.Adding(5, examples: 3));
        await Controller.WaitForClientsAsync(2);

        var session = await Controller.RunSessionAsync(new SessionSettings
        {
            ModelId = await Controller.UploadAsync(0, 10),
            Rounds = 2,
            ClientsRequired = 2,
        });

        var rounds = (await Controller.Sessions.ListRoundsAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        Assert.Equal(SessionSummary.Finished, session.Status);
        Assert.Equal([2, 2], rounds.Select(r => r.Updates));
        Assert.Equal([4, 4], rounds.Select(r => r.Examples));
        Assert.Equal((float[])[4, 14], await Controller.DownloadAsync(rounds[0].ModelId!));
        Assert.Equal((float[])[8, 18], await Controller.DownloadAsync(rounds[1].ModelId!));
        Assert.Equal(rounds[0].ModelId, rounds[1].ParentModelId);
        var metrics = await Controller.Reports.ListMetricsAsync(rounds[1].RoundId, session.SessionId, cancellationToken: Token);
        Assert.All(metrics.Items, m => Assert.Equal("step", m.Key));
    }

    [Fact]
    public async Task Session_ParticipantsThatValidate_ReportEveryModel()
    {
        _participants.Add(Server, "a", ParticipantGroup.Adding(1, examples: 1), (task, _) => Task.FromResult<IReadOnlyDictionary<string, double>?>(
            new Dictionary<string, double> { ["first"] = task.Parameters.ReadOnlyValues<float>(0)[0] }));
        await Controller.WaitForClientsAsync(1);

        var session = await Controller.RunSessionAsync(new SessionSettings { ModelId = await Controller.UploadAsync(0), Rounds = 2 });

        var models = (await Controller.Models.ListAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        for (var done = 0; done < 2;)
        {
            done += (await _participants.NextAsync<ParticipantEvent.TaskCompleted>()).Kind == TaskKind.Validation ? 1 : 0;
        }

        for (var i = 0; i < 2; i++)
        {
            var validation = Assert.Single((await Controller.Reports.ListValidationsAsync(models[i].ModelId, session.SessionId, cancellationToken: Token)).Items);
            Assert.Equal(($$"""{"first":{{i + 1}}}""", "a"), (validation.Data, validation.Sender?.ClientId));
        }
    }

    [Fact]
    public async Task Session_ModelOfManyChunks_ArrivesWhole()
    {
        // 5 MiB and a bit: six chunks, the last one short.
        var values = Enumerable.Range(0, (5 << 18) + 77).Select(i => i * 0.5f).ToArray();
        _participants.Add(Server, "a", ParticipantGroup.Adding(1, examples: 7), combiner: Server.Combiner);
        await Controller.WaitForClientsAsync(1);

        var session = await Controller.RunSessionAsync(new SessionSettings { ModelId = await Controller.UploadAsync(values), Rounds = 1 });

        var model = Assert.Single((await Controller.Models.ListAsync(session.SessionId, cancellationToken: Token)).Items);
        Assert.Equal(values.Select(v => v + 1), await Controller.DownloadAsync(model.ModelId));
    }

    [Fact]
    public async Task Session_ServerRestartsWhileTraining_GoesOnWithTheSameRound()
    {
        var training = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var restarted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var trained = new List<string>();
        _participants.Add(Server, "a", async (task, cancellationToken) =>
        {
            trained.Add(task.RoundId);
            training.TrySetResult();
            await restarted.Task.WaitAsync(cancellationToken);
            return await ParticipantGroup.Adding(1, examples: 1)(task, cancellationToken);
        });
        await Controller.WaitForClientsAsync(1);
        var created = await Controller.Sessions.CreateAsync(
            new SessionSettings { ModelId = await Controller.UploadAsync(0), Rounds = 3, Validate = false }, Token);
        await Controller.Sessions.StartAsync(created.SessionId, cancellationToken: Token);
        await training.Task.WaitAsync(TestLimits.Step, Token);

        await Server.StopServerAsync();
        await _participants.NextAsync<ParticipantEvent.Disconnected>();
        await Server.StartServerAsync();
        await _participants.NextAsync<ParticipantEvent.Connected>();
        restarted.SetResult();

        var session = await Controller.Sessions.WaitUntilEndedAsync(created.SessionId, Token).WaitAsync(TestLimits.Step, Token);
        var rounds = (await Controller.Sessions.ListRoundsAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        Assert.Equal(["Finished", "Finished", "Finished"], rounds.Select(r => r.Status));
        Assert.Equal((float[])[3], await Controller.DownloadAsync(rounds[2].ModelId!));
        Assert.Equal(rounds.Select(r => r.RoundId), trained);
    }

    [Fact]
    public async Task Session_TrainerThrowsOnce_LosesThatRoundAlone()
    {
        _participants.Add(Server, "a", (task, cancellationToken) => task.RoundId == "1"
            ? throw new InvalidOperationException("out of order")
            : ParticipantGroup.Adding(1, examples: 1)(task, cancellationToken));
        await Controller.WaitForClientsAsync(1);

        var session = await Controller.RunSessionAsync(
            new SessionSettings { ModelId = await Controller.UploadAsync(0), Rounds = 2, RoundTimeout = TimeSpan.FromHours(1) });

        var rounds = (await Controller.Sessions.ListRoundsAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        Assert.Equal(["Failed", "Finished"], rounds.Select(r => r.Status));
        Assert.Contains("no usable update", rounds[0].Error!, StringComparison.Ordinal);
        Assert.Equal("out of order", (await _participants.NextAsync<ParticipantEvent.TaskFailed>()).Error.Message);
        Assert.Equal((float[])[1], await Controller.DownloadAsync(rounds[1].ModelId!));
    }

    [Fact]
    public async Task Session_UpdateOfAnotherShape_IsRefusedWithTheReason()
    {
        _participants.Add(Server, "a", (_, _) => Task.FromResult(new TrainingResult(
            ParameterSet.Allocate(new ParameterLayout([new ArraySpec("0", ElementType.Float32, [3])])), 1)));
        await Controller.WaitForClientsAsync(1);

        var session = await Controller.RunSessionAsync(
            new SessionSettings { ModelId = await Controller.UploadAsync(0, 0), Rounds = 1, RoundTimeout = TimeSpan.FromSeconds(20) });

        var round = Assert.Single((await Controller.Sessions.ListRoundsAsync(session.SessionId, cancellationToken: Token)).Items);
        Assert.Equal(("Failed", null), (round.Status, round.ModelId));
        var error = Assert.IsType<CombinerException>((await _participants.NextAsync<ParticipantEvent.TaskFailed>()).Error);
        Assert.Contains("wrong shape", error.Message, StringComparison.Ordinal);
    }
}
