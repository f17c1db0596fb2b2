// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using Tributary.Protocol.Fedn;
using Tributary.Testing;
using Tributary.Testing.Stores;

namespace Tributary.Combiner.Tests.Control;

/// <summary>Rounds asked for over <c>Control.Start</c>: whose they are, how they end, and what a restart does to them.</summary>
public sealed class DirectRoundTests
{
    private readonly MemoryDisk _disk = new();

    public DirectRoundTests()
    {
        _disk.AddModel("m", NpzModel.Encode(1, 2));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("run", RoundStatus.Pending)]
    [InlineData("run", RoundStatus.Finished)]
    [InlineData(null, RoundStatus.Finished)]
    [InlineData(null, RoundStatus.Failed)]
    public async Task Start_NumberTaken_IsRefusedAndTouchesNothing(string? run, RoundStatus status)
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        var round = Round(run, status);
        _disk.Rounds[7] = round;
        _disk.UploadBytes[ModelId.Parse("u")] = [1];
        _disk.Updates.Add(new AcceptedUpdate(UpdateScope.OfRound(7, 1), ClientId.Parse("a"), ModelId.Parse("u"), 1, 1, DateTimeOffset.UnixEpoch));

        var error = await Assert.ThrowsAsync<RpcException>(() => StartAsync(host, ("delete_models_storage", "True")));

        Assert.Equal((StatusCode.FailedPrecondition, "parameter round_id is 7, which another round has; expected an unused number"), (error.StatusCode, error.Status.Detail));
        Assert.Same(round, _disk.Rounds[7]);
        Assert.Single(_disk.UploadBytes);
    }

    [Fact]
    public async Task Round_WithoutClients_EndsAsFailedWithItsReason()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        await StartAsync(host);

        var round = await EndedAsync();

        Assert.Equal((RoundStatus.Failed, "combiner: 0 clients are active; the round requires 1"), (round.Status, round.Error));
        Assert.Equal(CombinerReportStatus.Failed, Assert.Single(round.Combiners).Status);
        await Eventually.BecomesAsync("the status", () => _disk.Reports.OfType<StatusReport>().Count(s => s.LogLevel == "ERROR" && s.Status.Contains(round.Error!)), count => count == 1);
    }

    [Fact]
    public async Task Round_StoreFailsForAWhile_GoesOnAfterwards()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        host.Errors.Expect("was interrupted");
        host.StoreFaults.FailBefore("open model bytes");
        await StartAsync(host);

        var round = await EndedAsync();

        Assert.Equal((RoundStatus.Failed, "combiner: 0 clients are active; the round requires 1"), (round.Status, round.Error));
    }

    [Fact]
    public async Task Start_RecordedAndReportedAsFailed_RunsAllTheSame()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        host.StoreFaults.FailAfter("open a round");
        host.Errors.Expect("fedn.Control/Start");
        await Assert.ThrowsAsync<RpcException>(() => StartAsync(host));

        Assert.Equal("combiner: 0 clients are active; the round requires 1", (await EndedAsync()).Error);
    }

    [Fact]
    public async Task Start_ValidationOfAModelThatIsNotThere_IsNotFound()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        await using var peer = host.Peer("controller");
        var request = new ControlRequest
        {
            Parameter = { new Parameter { Key = "task", Value = "validation" }, new Parameter { Key = "model_id", Value = "nope" } },
        };

        var error = await Assert.ThrowsAsync<RpcException>(
            () => peer.Control.StartAsync(request, cancellationToken: Token).ResponseAsync);

        Assert.Equal((StatusCode.NotFound, "parameter model_id is 'nope'; expected the id of a stored model"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task Round_ItsEndFailsAfterItsEffect_IsReleasedAllTheSame()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        host.Errors.Expect("was interrupted");
        host.StoreFaults.FailAfter("finish a round");
        await using var peer = host.Peer("a");
        await using var tasks = peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        await Eventually.BecomesAsync("the connection", _ => Task.FromResult(_disk.Clients.Count), count => count == 1, TestLimits.Step, Token);
        await StartAsync(host, ("delete_models_storage", "True"));
        Assert.True(await next.WaitAsync(TestLimits.Step, Token));
        await peer.UploadAsync("u", NpzModel.Encode(3, 4), Token);
        await peer.SendUpdateAsync("u", tasks.Current, 1, Token);

        Assert.Equal(RoundStatus.Finished, (await EndedAsync()).Status);
        await Eventually.BecomesAsync("the release", _ => Task.FromResult(_disk.UploadBytes.Count), count => count == 0, TestLimits.Step, Token);
    }

    [Fact]
    public async Task Round_EpochTakenByAnotherProcess_StopsHereUntilItIsActivatedAgain()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        host.Errors.Expect("was refused");
        await using var peer = host.Peer("a");
        await using var tasks = peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        await host.ConnectedAsync(1);
        await StartAsync(host);
        Assert.True(await next.WaitAsync(TestLimits.Step, Token));
        var refused = host.StoreFaults.DoneAsync("commit a round");
        var key = Assert.Single(_disk.Epochs).Key;
        _disk.TakeEpoch(key);

        await peer.UploadAsync("u", NpzModel.Encode(3, 4), Token);
        await peer.SendUpdateAsync("u", tasks.Current, 1, Token);
        await refused.WaitAsync(TestLimits.Step, Token);
        Assert.Equal((RoundStatus.Pending, 1, 2), (_disk.Rounds[7].Status, _disk.Models.Count, _disk.Epochs[key]));

        // Once, whether or not the activation has ended by now.
        await host.Services.GetRequiredService<Core.Coordination.ICoordinator>().ActivateAsync(key, Token);
        var round = await Eventually.BecomesAsync("the end of the round", _ => Task.FromResult(_disk.Rounds[7]), round => round.Status == RoundStatus.Finished);

        Assert.Equal(3, _disk.Epochs[key]);
        Assert.Equal([3f, 4f], NpzModel.Decode(_disk.ModelBytes[round.Output]));
    }

    [Fact]
    public async Task Start_MoreThanRunAtOnce_WaitTheirTurnAndThenAreRefused()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        await using var peer = host.Peer("a");
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _ = peer.ReadTasksAsync(reading.Token).CountAsync(reading.Token).AsTask();
        await host.ConnectedAsync(1);
        for (var number = 1; number <= DirectRounds.MaxRunning + DirectRounds.MaxWaiting; number++)
        {
            await StartAsync(host, number);
        }

        var error = await Assert.ThrowsAsync<RpcException>(() => StartAsync(host, 100));

        Assert.Equal((StatusCode.ResourceExhausted, "too many rounds are already waiting at this combiner"), (error.StatusCode, error.Status.Detail));
        await Eventually.BecomesAsync("the rounds that run", () => _disk.Selections.Count, count => count == DirectRounds.MaxRunning);
        Assert.Equal(DirectRounds.MaxWaiting, host.Services.GetRequiredService<DirectRounds>().Waiting);
        await reading.CancelAsync();
    }

    [Fact]
    public async Task Stop_RunningAndWaitingRounds_AreEndedWithoutAModelAndNamed()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        await using var peer = host.Peer("a");
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _ = peer.ReadTasksAsync(reading.Token).CountAsync(reading.Token).AsTask();
        await host.ConnectedAsync(1);
        var jobs = await StartAllAsync(host, DirectRounds.MaxRunning + 2);

        await using var controller = host.Peer("controller");
        var stopped = await controller.Control.StopAsync(new ControlRequest(), cancellationToken: Token);

        Assert.Equal(jobs.Select(id => ("job_id", id)), stopped.Parameter.Select(parameter => (parameter.Key, parameter.Value)));
        Assert.All(_disk.Rounds.Values, round => Assert.Equal((RoundStatus.Terminated, "the round was stopped"), (round.Status, round.Error)));
        Assert.Single(_disk.Models);
        Assert.Empty((await controller.Control.StopAsync(new ControlRequest(), cancellationToken: Token)).Parameter);
        await StartAsync(host, 100);
        await Eventually.BecomesAsync("the next round", () => _disk.Selections.Exists(s => s.Round == 100), isSelected => isSelected);
        await reading.CancelAsync();
    }

    [Fact]
    public async Task Stop_EpochTakenMeanwhile_NamesNoRoundWhichTheNextStopEnds()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        await using var peer = host.Peer("a");
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _ = peer.ReadTasksAsync(reading.Token).CountAsync(reading.Token).AsTask();
        await host.ConnectedAsync(1);
        var jobs = await StartAllAsync(host, 2);

        await Eventually.BecomesAsync("the rounds that run", () => _disk.Selections.Count, count => count == 2);
        _disk.TakeEpoch(Assert.Single(_disk.Epochs).Key);
        await using var controller = host.Peer("controller");

        Assert.Empty((await controller.Control.StopAsync(new ControlRequest(), cancellationToken: Token)).Parameter);
        Assert.All(_disk.Rounds.Values, round => Assert.Equal(RoundStatus.Pending, round.Status));

        var stopped = await controller.Control.StopAsync(new ControlRequest(), cancellationToken: Token);
        Assert.Equal(jobs, stopped.Parameter.Select(parameter => parameter.Value));
        await reading.CancelAsync();
    }

    [Fact]
    public async Task Start_OfAnotherCombinerOnTheSameStore_LeavesTheRoundAlone()
    {
        await using (var first = await CombinerHost.StartAsync(disk: _disk, configure: options => options.ReturnTime = TestLimits.Step))
        {
            await StartAsync(first);
        }

        await using var second = await CombinerHost.StartAsync(disk: _disk, configure: options => options.Name = "other");
        await using var controller = second.Peer("controller");

        Assert.Empty((await controller.Control.StopAsync(new ControlRequest(), cancellationToken: Token)).Parameter);
        Assert.Equal(RoundStatus.Pending, _disk.Rounds[7].Status);
    }

    [Fact]
    public async Task Stop_RoundOfASession_GoesOn()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        _disk.Rounds[3] = Round("run", RoundStatus.Pending) with { Number = 3 };
        await using var controller = host.Peer("controller");

        Assert.Empty((await controller.Control.StopAsync(new ControlRequest(), cancellationToken: Token)).Parameter);

        Assert.Equal(RoundStatus.Pending, _disk.Rounds[3].Status);
    }

    [Fact]
    public async Task Round_LeftUndoneByAStop_IsTakenUpAgain()
    {
        await using (var first = await CombinerHost.StartAsync(disk: _disk, configure: options => options.ReturnTime = TestLimits.Step))
        {
            await StartAsync(first);
        }

        Assert.Equal(RoundStatus.Pending, _disk.Rounds[7].Status);
        await using var second = await CombinerHost.StartAsync(disk: _disk, configure: options => options.ReturnTime = TestLimits.Step);
        await using var peer = second.Peer("a");
        await using var tasks = peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await tasks.MoveNextAsync().AsTask().WaitAsync(TestLimits.Step, Token));
        await peer.UploadAsync("u", NpzModel.Encode(3, 4), Token);
        await peer.SendUpdateAsync("u", tasks.Current, 1, Token);
        var round = await EndedAsync();

        Assert.Equal((RoundStatus.Finished, null), (round.Status, round.Error));
        Assert.Equal(round.Output.Value, Assert.Single(round.Combiners).Model);
        Assert.Equal([3f, 4f], NpzModel.Decode(_disk.ModelBytes[round.Output]));
        Assert.Equal(round.Output, _disk.Models[1].Id);
    }

    /// <summary>Starts rounds from number 1 on, and returns the ids of their jobs.</summary>
    private static async Task<List<string>> StartAllAsync(CombinerHost host, int count)
    {
        var jobs = new List<string>();
        for (var number = 1; number <= count; number++)
        {
            jobs.Add(Assert.Single((await StartAsync(host, number)).Parameter).Value);
        }

        return jobs;
    }

    [Fact]
    public async Task Stop_RoundThatTakesLateUpdates_WithdrawsItsTasks()
    {
        await using var host = await CombinerHost.StartAsync(disk: _disk);
        host.Roster.Subscribe(ClientId.Parse("a"), "a");
        await StartAsync(host, ("aggregator", "fedbuff"));
        await Eventually.BecomesAsync("the task", host.Roster.CountOutstanding, count => count == 1);
        await using var controller = host.Peer("controller");

        Assert.Single((await controller.Control.StopAsync(new ControlRequest(), cancellationToken: Token)).Parameter);

        Assert.Equal(0, host.Roster.CountOutstanding());
    }

    private static Task<ControlResponse> StartAsync(CombinerHost host, params (string Key, string Value)[] more) => StartAsync(host, 7, more);

    private static Task<ControlResponse> StartAsync(CombinerHost host, int number, params (string Key, string Value)[] more)
    {
        var request = new ControlRequest();
        foreach (var (key, value) in more.Concat([("task", "training"), ("round_id", $"{number}"), ("model_id", "m")]))
        {
            request.Parameter.Add(new Parameter { Key = key, Value = value });
        }

        return CallAsync();

        async Task<ControlResponse> CallAsync()
        {
            await using var peer = host.Peer("controller");
            return await peer.Control.StartAsync(request, cancellationToken: Token);
        }
    }

    private Task<RoundRecord> EndedAsync() =>
        Eventually.BecomesAsync("the end of the round", _ => Task.FromResult(_disk.Rounds[7]), round => round.Status is not (RoundStatus.Pending or RoundStatus.Success), TestLimits.Step, Token);

    private static RoundRecord Round(string? run, RoundStatus status) => new()
    {
        Number = 7,
        RunId = run,
        Index = 1,
        Status = status,
        Output = ModelId.Parse("out"),
        OpenedAt = DateTimeOffset.UnixEpoch,
        ClosedAt = status == RoundStatus.Pending ? null : DateTimeOffset.UnixEpoch,
        Plan = PlainPlan.For(7),
    };
}
