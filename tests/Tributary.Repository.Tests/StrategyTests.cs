// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Tributary.Testing;

namespace Tributary.Repository.Tests;

public sealed class StrategyTests : IDisposable
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

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fedavg", "flwr.server.strategy.fedavg", "FedAvg")]
    [InlineData("qfedavg", "flwr.server.strategy.qfedavg", "QFedAvg")]
    [InlineData("fault-tolerant-fedavg", "flwr.server.strategy.fault_tolerant_fedavg", "FaultTolerantFedAvg")]
    public async Task BuiltIn_IsLoadedAsATrainingCollectorDoes(string name, string module, string type)
    {
        await using var host = await RepositoryHost.StartAsync(_folder.Combine("data"));
        var file = _folder.Combine("strategy.pkl");
        using var answer = await host.Client.GetAsync($"/strategy/{name}", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(answer.Headers.ETag);
        Assert.Equal("{'fraction_fit': 0.5}", await Python.RunAsync(Load, file, module, type));
    }

    [Fact]
    public async Task BuiltIn_IsListedNowhereAndGivesWayToAPostedOne()
    {
        await using var host = await RepositoryHost.StartAsync(_folder.Combine("data"), ("Repository:Pickles", "enforce"));
        var own = await host.GetBytesAsync("/strategy/fedavg");

        Assert.Equal("[]", await host.GetTextAsync("/strategy"));
        Assert.Equal("[]", await host.GetTextAsync("/models/available"));
        using var early = await host.PutFileAsync("/strategy/fedavg", own);
        using var posted = await host.PostAsync("/strategy", """{"strategy_name":"fedavg"}""");
        using var empty = await host.Client.GetAsync("/strategy/fedavg", TestContext.Current.CancellationToken);
        using var stored = await host.PutFileAsync("/strategy/fedavg", [1, 2, 3]);
        var replaced = await host.GetBytesAsync("/strategy/fedavg");
        using var removed = await host.Client.DeleteAsync("/strategy/fedavg", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, empty.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        Assert.Equal([1, 2, 3], replaced);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(own, await host.GetBytesAsync("/strategy/fedavg"));
    }
}
