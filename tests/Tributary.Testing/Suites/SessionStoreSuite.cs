// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class SessionStoreSuite(StoreHost host) : StoreSuite<ISessionStore>(host)
{
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
        Assert.Null(await Store.FindActiveRunAsync(Token));
        Assert.True(await Store.StartRunAsync(run, Token));
        Restart();

        Assert.Equivalent(run, await Store.FindActiveRunAsync(Token), strict: true);
        Assert.Equal(SessionStatus.Started, (await Store.FindAsync(S.Id, Token))!.Status);
    }

    [Fact]
    public async Task StartRun_OneUnderWay_IsFalse()
    {
        await Store.CreateAsync(S, Token);
        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await Store.StartRunAsync(Run($"r{i}"), Token), Token)));

        Assert.Equal(1, started.Count(ok => ok));
        Assert.Equal(1, (await Store.ListRunsAsync(new PageRequest(), Token)).Total);
    }

    [Theory]
    [InlineData(SessionStatus.Started, SessionStatus.Finished)]
    [InlineData(SessionStatus.Terminated, SessionStatus.Terminated)]
    public async Task CompleteRun_FinishesAStartedSessionAlone(SessionStatus before, SessionStatus after)
    {
        await Store.CreateAsync(S, Token);
        await Store.StartRunAsync(Run("r"), Token);
        Assert.True(await Store.SetStatusAsync(S.Id, before, At.AddSeconds(1), Token));

        await Store.CompleteRunAsync("r", ModelId.Parse("x"), At.AddSeconds(2), Token);

        Assert.Null(await Store.FindActiveRunAsync(Token));
        Assert.Equal(after, (await Store.FindAsync(S.Id, Token))!.Status);
        var run = Assert.Single((await Store.ListRunsAsync(new PageRequest { Filters = Filter("run_id", "r") }, Token)).Items);
        Assert.Equal((At.AddSeconds(2), ModelId.Parse("x")), (run.CompletedAt, run.CompletedModel));
        Assert.True(await Store.StartRunAsync(Run("r2"), Token));
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
