// SPDX-License-Identifier: Apache-2.0

using Tributary.Client;
using Tributary.Numerics.Parameters;
using Tributary.Protocol.Rest;
using Tributary.Testing;

namespace Tributary.Tests.Client;

/// <summary>The SDK's participants against the real server.</summary>
public sealed class ParticipantTests : IAsyncLifetime
{
    private readonly ParticipantGroup _participants = new();
    private ServerHost _server = null!;
    private ControllerClient _controller = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync();
        _controller = _server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        await _participants.DisposeAsync();
        _controller.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Session_TwoParticipants_GivesTheWeightedMeanOfEveryRound()
    {
        _participants.Add(_server, "a", ParticipantGroup.Adding(1, examples: 1));
        _participants.Add(_server, "b", ParticipantGroup.Adding(5, examples: 3));
        await _controller.WaitForClientsAsync(2);

        var session = await _controller.RunSessionAsync(new SessionSettings
        {
            ModelId = await _controller.UploadAsync(0, 10),
            Rounds = 2,
            ClientsRequired = 2,
        });

        var rounds = (await _controller.Sessions.ListRoundsAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        Assert.Equal(SessionSummary.Finished, session.Status);
        Assert.Equal([2, 2], rounds.Select(r => r.Updates));
        Assert.Equal([4, 4], rounds.Select(r => r.Examples));
        Assert.Equal((float[])[4, 14], await _controller.DownloadAsync(rounds[0].ModelId!));
        Assert.Equal((float[])[8, 18], await _controller.DownloadAsync(rounds[1].ModelId!));
        Assert.Equal(rounds[0].ModelId, rounds[1].ParentModelId);
        var metrics = await _controller.Reports.ListMetricsAsync(rounds[1].RoundId, session.SessionId, cancellationToken: Token);
        Assert.All(metrics.Items, m => Assert.Equal("step", m.Key));
    }

    [Fact]
    public async Task Session_ParticipantsThatValidate_ReportEveryModel()
    {
        _participants.Add(_server, "a", ParticipantGroup.Adding(1, examples: 1), (task, _) => Task.FromResult<IReadOnlyDictionary<string, double>?>(
            new Dictionary<string, double> { ["first"] = task.Parameters.ReadOnlyValues<float>(0)[0] }));
        await _controller.WaitForClientsAsync(1);

        var session = await _controller.RunSessionAsync(new SessionSettings { ModelId = await _controller.UploadAsync(0), Rounds = 2 });

        var models = (await _controller.Models.ListAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        for (var done = 0; done < 2;)
        {
            done += (await _participants.NextAsync<ParticipantEvent.TaskCompleted>()).Kind == TaskKind.Validation ? 1 : 0;
        }

        for (var i = 0; i < 2; i++)
        {
            var validation = Assert.Single((await _controller.Reports.ListValidationsAsync(models[i].ModelId, session.SessionId, cancellationToken: Token)).Items);
            Assert.Equal(($$"""{"first":{{i + 1}}}""", "a"), (validation.Data, validation.Sender?.ClientId));
        }
    }

    [Fact]
    public async Task Session_ModelOfManyChunks_ArrivesWhole()
    {
        // 5 MiB and a bit: six chunks, the last one short.
        var values = Enumerable.Range(0, (5 << 18) + 77).Select(i => i * 0.5f).ToArray();
        _participants.Add(_server, "a", ParticipantGroup.Adding(1, examples: 7), combiner: _server.Combiner);
        await _controller.WaitForClientsAsync(1);

        var session = await _controller.RunSessionAsync(new SessionSettings { ModelId = await _controller.UploadAsync(values), Rounds = 1 });

        var model = Assert.Single((await _controller.Models.ListAsync(session.SessionId, cancellationToken: Token)).Items);
        Assert.Equal(values.Select(v => v + 1), await _controller.DownloadAsync(model.ModelId));
    }

    [Fact]
    public async Task Session_ServerRestartsWhileTraining_GoesOnWithTheSameRound()
    {
        var training = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var restarted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var trained = new List<string>();
        _participants.Add(_server, "a", async (task, cancellationToken) =>
        {
            trained.Add(task.RoundId);
            training.TrySetResult();
            await restarted.Task.WaitAsync(cancellationToken);
            return await ParticipantGroup.Adding(1, examples: 1)(task, cancellationToken);
        });
        await _controller.WaitForClientsAsync(1);
        var created = await _controller.Sessions.CreateAsync(
            new SessionSettings { ModelId = await _controller.UploadAsync(0), Rounds = 3, Validate = false }, Token);
        await _controller.Sessions.StartAsync(created.SessionId, cancellationToken: Token);
        await training.Task.WaitAsync(TestLimits.Step, Token);

        await _server.StopServerAsync();
        await _participants.NextAsync<ParticipantEvent.Disconnected>();
        await _server.StartServerAsync();
        await _participants.NextAsync<ParticipantEvent.Connected>();
        restarted.SetResult();

        var session = await _controller.Sessions.WaitUntilEndedAsync(created.SessionId, Token).WaitAsync(TestLimits.Step, Token);
        var rounds = (await _controller.Sessions.ListRoundsAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        Assert.Equal(["Finished", "Finished", "Finished"], rounds.Select(r => r.Status));
        Assert.Equal((float[])[3], await _controller.DownloadAsync(rounds[2].ModelId!));
        Assert.Equal(rounds.Select(r => r.RoundId), trained);
    }

    [Fact]
    public async Task Session_TrainerThrowsOnce_LosesThatRoundAlone()
    {
        _participants.Add(_server, "a", (task, cancellationToken) => task.RoundId == "1"
            ? throw new InvalidOperationException("out of order")
            : ParticipantGroup.Adding(1, examples: 1)(task, cancellationToken));
        await _controller.WaitForClientsAsync(1);

        var session = await _controller.RunSessionAsync(
            new SessionSettings { ModelId = await _controller.UploadAsync(0), Rounds = 2, RoundTimeout = TimeSpan.FromHours(1) });

        var rounds = (await _controller.Sessions.ListRoundsAsync(session.SessionId, new ListRange(OldestFirst: true), Token)).Items;
        Assert.Equal(["Failed", "Finished"], rounds.Select(r => r.Status));
        Assert.Contains("no usable update", rounds[0].Error!, StringComparison.Ordinal);
        Assert.Equal("out of order", (await _participants.NextAsync<ParticipantEvent.TaskFailed>()).Error.Message);
        Assert.Equal((float[])[1], await _controller.DownloadAsync(rounds[1].ModelId!));
    }

    [Fact]
    public async Task Session_UpdateOfAnotherShape_IsRefusedWithTheReason()
    {
        _participants.Add(_server, "a", (_, _) => Task.FromResult(new TrainingResult(
            ParameterSet.Allocate(new ParameterLayout([new ArraySpec("0", ElementType.Float32, [3])])), 1)));
        await _controller.WaitForClientsAsync(1);

        var session = await _controller.RunSessionAsync(
            new SessionSettings { ModelId = await _controller.UploadAsync(0, 0), Rounds = 1, RoundTimeout = TimeSpan.FromSeconds(20) });

        var round = Assert.Single((await _controller.Sessions.ListRoundsAsync(session.SessionId, cancellationToken: Token)).Items);
        Assert.Equal(("Failed", null), (round.Status, round.ModelId));
        var error = Assert.IsType<CombinerException>((await _participants.NextAsync<ParticipantEvent.TaskFailed>()).Error);
        Assert.Contains("wrong shape", error.Message, StringComparison.Ordinal);
    }
}
