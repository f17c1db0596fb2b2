// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Rounds;

namespace Tributary.Storage.Tests;

/// <summary>Which model bytes a start removes.</summary>
public sealed class ModelFolderTests : EmbeddedTests
{
    [Fact]
    public async Task Open_BytesThatNoRecordNames_AreRemoved()
    {
        await Of<IModelStore>().AddAsync(Model("uploaded"), Token);
        var rounds = Of<IRoundStore>();
        var epoch = await Of<IEpochStore>().AcquireAsync(new CoordinationKey("session", "s"), Token);
        await rounds.OpenAsync(Round(1, "pending"), Token);
        await rounds.OpenAsync(Round(2, "abandoned"), Token);
        await rounds.OpenAsync(Round(3, "committed"), Token);
        await rounds.FailAsync(
            new RoundFailure { Round = 2, Epoch = epoch, Status = RoundStatus.Terminated, Reason = "r", Combiners = [] }, Token);
        await rounds.CommitAsync(
            new RoundCommit { Round = 3, Epoch = epoch, Model = Model("committed"), Combiners = [], Times = new RoundTimes(0, 0) }, Token);
        foreach (var name in new[] { "uploaded", "pending", "abandoned", "committed", "nobodys", ".nfs0001" })
        {
            await File.WriteAllTextAsync(Path.Combine(Host.Path, "models", name), "x", Token);
        }

        Host.Restart();

        Assert.Equal([".nfs0001", "committed", "pending", "uploaded"], Directory.GetFiles(Path.Combine(Host.Path, "models")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static ModelRecord Model(string id) =>
        new() { Id = ModelId.Parse(id), Name = id, Format = "npz", Data = new ModelData(1, "0"), CommittedAt = DateTimeOffset.UnixEpoch };

    private static NewRound Round(int index, string output) => new()
    {
        RunId = "run",
        Index = index,
        Output = ModelId.Parse(output),
        OpenedAt = DateTimeOffset.UnixEpoch,
        Plan = PlainPlan.For,
    };
}
