// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Rounds;

/// <summary>A process commits under one epoch, whoever asks for it first.</summary>
public sealed class CommitEpochTests
{
    private readonly ScriptedStoreFaults _faults = new();
    private readonly Workbench _bench;

    public CommitEpochTests() => _bench = new Workbench(new MemoryDisk(), _faults, new Testing.ManualTimeProvider());

    [Fact]
    public async Task Get_ByManyAtOnce_TakesOneEpoch()
    {
        var epoch = new CommitEpoch(_bench.Stores.Rounds);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await epoch.GetAsync(Token), Token)));

        Assert.Equal(1, _bench.Disk.Epoch);
        Assert.All(taken, number => Assert.Equal(1, number));
    }

    [Fact]
    public async Task Drop_OfAnEarlierEpoch_KeepsTheLater()
    {
        var epoch = new CommitEpoch(_bench.Stores.Rounds);
        var first = await epoch.GetAsync(Token);
        epoch.Drop(first);
        var second = await epoch.GetAsync(Token);

        epoch.Drop(first);

        Assert.Equal((first + 1, second), (second, await epoch.GetAsync(Token)));
    }

    [Fact]
    public async Task Get_StoreFails_TriesAgainAtTheNextCall()
    {
        var epoch = new CommitEpoch(_bench.Stores.Rounds);
        _faults.FailBefore("acquire an epoch");

        await Assert.ThrowsAsync<StorageException>(async () => await epoch.GetAsync(Token));

        Assert.Equal(1, await epoch.GetAsync(Token));
    }
}
