// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

public sealed class StrategyTests : RepositoryTests
{
    /// <summary>Loads a file as a training collector does, with stand-ins for Flower's classes.</summary>
    private const string Load =
        """
        import pickle, sys, types
        path, name, kind = sys.argv[1:]
        def make(self, **conf): self.conf = conf
        stand_in = type(kind, (), {"__init__": make})
        module = types.ModuleType(name)
        setattr(module, kind, stand_in)
        sys.modules[name] = module
        for i in range(1, name.count(".") + 1):
            outer = name.rsplit(".", i)[0]
            sys.modules[outer] = types.ModuleType(outer)
        with open(path, "rb") as file:
            data = file.read()
        strategy = pickle.loads(data)
        assert type(strategy) is stand_in and vars(strategy) == {} and data[:2] == b"\x80\x02", (strategy, data)
        strategy.__init__(fraction_fit=0.5)
        print(strategy.conf)
        """;

    [Theory]
    [InlineData("fedavg", "flwr.server.strategy.fedavg", "FedAvg")]
    [InlineData("qfedavg", "flwr.server.strategy.qfedavg", "QFedAvg")]
    [InlineData("fault-tolerant-fedavg", "flwr.server.strategy.fault_tolerant_fedavg", "FaultTolerantFedAvg")]
    public async Task BuiltIn_IsLoadedAsATrainingCollectorDoes(string name, string module, string type)
    {
        await using var host = await StartAsync();
        var file = Folder.Combine("strategy.pkl");
        using var answer = await host.GetAsync($"/strategy/{name}");
        await File.WriteAllBytesAsync(file, await answer.Content.ReadAsByteArrayAsync(Token), Token);

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(answer.Headers.ETag);
        Assert.Equal("{'fraction_fit': 0.5}", await Python.RunAsync(Load, file, module, type));
    }

    [Fact]
    public async Task BuiltIn_IsListedNowhereAndGivesWayToAPostedOne()
    {
        await using var host = await StartAsync(("Repository:Pickles", "enforce"));
        var own = await host.GetBytesAsync("/strategy/fedavg");

        Assert.Equal("[]", await host.GetTextAsync("/strategy"));
        Assert.Equal("[]", await host.GetTextAsync("/models/available"));
        Assert.Equal(404, await host.PutFileAsync("/strategy/fedavg", own).StatusAsync());
        Assert.Equal(201, await host.PostAsync("/strategy", """{"strategy_name":"fedavg"}""").StatusAsync());
        Assert.Equal(404, await host.GetAsync("/strategy/fedavg").StatusAsync());
        Assert.Equal(204, await host.PutFileAsync("/strategy/fedavg", [1, 2, 3]).StatusAsync());
        var replaced = await host.GetBytesAsync("/strategy/fedavg");
        Assert.Equal(204, await host.DeleteAsync("/strategy/fedavg").StatusAsync());

        Assert.Equal([1, 2, 3], replaced);
        Assert.Equal(own, await host.GetBytesAsync("/strategy/fedavg"));
    }
}
