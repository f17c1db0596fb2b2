// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class SessionStoreSuite(StoreHost host) : StoreSuite<ISessionStore>(host)
{
    private const int MaxActive = 10;

    private static readonly SessionRecord S = new()
    {
        Id = SessionId.Parse("s"),
        Name = "name ü \" \n",
        Status = SessionStatus.Created,
        SeedModel = ModelId.Parse("m"),
        CommittedAt = At,
        UpdatedAt = At,
        Config = new SessionConfig
        {
            Aggregator = "fedavg",
            AggregatorParameters = "{\"a\": 1}",
            RoundTimeout = 0.5,
            BufferSize = -1,
            Rounds = 7,
            DeleteModelsStorage = true,
            ClientsRequired = 2,
            RequestedClients = 3,
            MaxClients = 4,
            Validate = true,
            Format = "numpyhelper",
            ModelId = "m",
            ServerFunctions = "def f(): pass",
        },
    };

    [Fact]
    public async Task Create_Restarted_IsThereToTheLastField()
    {
        Assert.True(await Store.CreateAsync(S, Token));
        Assert.False(await Store.CreateAsync(S, Token));
        Restart();

        Assert.Equal(S, await Store.FindAsync(S.Id, Token));
        Assert.Null(await Store.FindAsync(SessionId.Parse("t"), Token));
    }

    [Fact]
    public async Task StartRun_Restarted_IsTheActiveOne()
    {
        await Store.CreateAsync(S, Token);
        var run = Run("r") with { Clients = ["a", "b"], ModelNamePrefix = "p" };
        Assert.Null(await Store.FindActiveRunAsync(S.Id, Token));
        Assert.Equal(StartRunOutcome.Started, await Store.StartRunAsync(run, MaxActive, Token));
        Restart();

        Assert.Equivalent(run, await Store.FindActiveRunAsync(S.Id, Token), strict: true);
        Assert.Null(await Store.FindActiveRunAsync(SessionId.Parse("t"), Token));
        Assert.Equal(SessionStatus.Started, (await Store.FindAsync(S.Id, Token))!.Status);
    }

    [Fact]
    public async Task StartRun_OneUnderWay_IsBusy()
    {
        await Store.CreateAsync(S, Token);
        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await Store.StartRunAsync(Run($"r{i}"), MaxActive, Token), Token)));

        Assert.Equal((1, 7), (started.Count(o => o == StartRunOutcome.Started), started.Count(o => o == StartRunOutcome.Busy)));
        Assert.Equal(1, (await Store.ListRunsAsync(new PageRequest(), Token)).Total);
    }

    [Fact]
    public async Task StartRun_OfManySessionsAtOnce_StartsAsManyAsMayRun()
    {
        var sessions = Enumerable.Range(0, 6).Select(i => SessionId.Parse($"s{i}")).ToList();
        foreach (var id in sessions)
        {
            await Store.CreateAsync(S with { Id = id }, Token);
        }

        var started = await Task.WhenAll(sessions.Select(
            id => Task.Run(async () => await Store.StartRunAsync(Run($"r-{id}") with { Session = id }, 4, Token), Token)));
        Restart();

        Assert.Equal((4, 2), (started.Count(o => o == StartRunOutcome.Started), started.Count(o => o == StartRunOutcome.LimitReached)));
        var active = await Store.ListActiveRunsAsync(Token);
        Assert.Equal(sessions.Where((_, i) => started[i] == StartRunOutcome.Started), active.Select(run => run.Session).OrderBy(id => id.Value, StringComparer.Ordinal));
        await Store.CompleteRunAsync(active[0].Id, null, At, Token);
        Assert.Equal(active.Skip(1).Select(run => run.Id), (await Store.ListActiveRunsAsync(Token)).Select(run => run.Id));
        var waiting = sessions[Array.IndexOf(started, StartRunOutcome.LimitReached)];
        Assert.Equal(StartRunOutcome.Started, await Store.StartRunAsync(Run("later") with { Session = waiting }, 4, Token));
    }

    [Fact]
    public async Task CompleteRun_Again_KeepsTheFirstEndAndTheNextRun()
    {
        await Store.CreateAsync(S, Token);
        await Store.StartRunAsync(Run("r"), MaxActive, Token);
        await Store.CompleteRunAsync("r", null, At, Token);
        await Store.StartRunAsync(Run("r2"), MaxActive, Token);

        await Store.CompleteRunAsync("r", ModelId.Parse("x"), At.AddSeconds(1), Token);

        var run = Assert.Single((await Store.ListRunsAsync(new PageRequest { Filters = Filter("run_id", "r") }, Token)).Items);
        Assert.Equal((At, null), (run.CompletedAt, run.CompletedModel));
        Assert.Equal(SessionStatus.Started, (await Store.FindAsync(S.Id, Token))!.Status);
    }

    [Theory]
    [InlineData(SessionStatus.Started, SessionStatus.Finished)]
    [InlineData(SessionStatus.Terminated, SessionStatus.Terminated)]
    public async Task CompleteRun_FinishesAStartedSessionAlone(SessionStatus before, SessionStatus after)
    {
        await Store.CreateAsync(S, Token);
        await Store.StartRunAsync(Run("r"), MaxActive, Token);
        Assert.True(await Store.SetStatusAsync(S.Id, before, At.AddSeconds(1), Token));

        await Store.CompleteRunAsync("r", ModelId.Parse("x"), At.AddSeconds(2), Token);

        Assert.Null(await Store.FindActiveRunAsync(S.Id, Token));
        Assert.Equal(after, (await Store.FindAsync(S.Id, Token))!.Status);
        var run = Assert.Single((await Store.ListRunsAsync(new PageRequest { Filters = Filter("run_id", "r") }, Token)).Items);
        Assert.Equal((At.AddSeconds(2), ModelId.Parse("x")), (run.CompletedAt, run.CompletedModel));
        Assert.Equal(StartRunOutcome.Started, await Store.StartRunAsync(Run("r2"), MaxActive, Token));
    }

    [Fact]
    public async Task SetStatus_UnknownSession_IsFalse() =>
        Assert.False(await Store.SetStatusAsync(S.Id, SessionStatus.Terminated, At, Token));

    [Theory]
    [InlineData("status", "Created")]
    [InlineData("name", "name ü \" \n")]
    [InlineData("session_id", "s")]
    public async Task List_Filtered_HasTheMatchAlone(string name, string value)
    {
        await Store.CreateAsync(S, Token);
        await Store.CreateAsync(S with { Id = SessionId.Parse("t"), Name = "t", Status = SessionStatus.Finished }, Token);

        Assert.Equal([S], (await Store.ListAsync(new PageRequest { Filters = Filter(name, value) }, Token)).Items);
    }

    private static RunRecord Run(string id) =>
        new() { Id = id, Session = S.Id, Model = ModelId.Parse("m"), Rounds = 3, RoundTimeout = 1.5, StartedAt = At };
}
