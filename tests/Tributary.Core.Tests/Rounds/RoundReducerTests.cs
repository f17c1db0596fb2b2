// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Rounds;
using Tributary.Numerics;
using Tributary.Testing;

namespace Tributary.Core.Tests.Rounds;

/// <summary>Combiners are merged by their examples, not by their number.</summary>
public sealed class RoundReducerTests
{
    public static TheoryData<float[], double[], float> Merges => new()
    {
        { [0, 10], [20, 20], 5 },
        { [0, 10, 20], [1, 1, 1], 10 },
        { [0, 10], [10, 30], 7.5f },
        { [3], [10], 3 },
    };

    [Theory]
    [MemberData(nameof(Merges))]
    public async Task Reduce_Combiners_WeighsByExamples(float[] models, double[] weights, float expected)
    {
        var bench = new Workbench();
        var reducer = new RoundReducer(bench.Stores.Spool, bench.Stores.ModelData, bench.Ids, bench.Time);
        var parts = models.Select((value, i) => Part($"combiner-{models.Length - i}", value, weights[i])).ToList();
        var round = new RoundRecord
        {
            Number = 7,
            Status = RoundStatus.Pending,
            Plan = Workbench.Plan(),
            Output = ModelId.Parse("out"),
            OpenedAt = bench.Time.GetUtcNow(),
        };

        var reduced = await reducer.ReduceAsync(round, parts, TestContext.Current.CancellationToken);

        var bytes = bench.Disk.ModelBytes[round.Output];
        Assert.Equal([expected], NpzModel.Decode(bytes));
        Assert.Equal((bytes.Length, "npz"), (reduced.Data.Length, reduced.Format));
        parts.ForEach(part => part.Dispose());
    }

    private static TrainingOutcome.Aggregated Part(string combiner, float value, double weight)
    {
        var set = ParameterSet.Allocate(new ParameterLayout([new ArraySpec("0", ElementType.Float32, [1])]));
        set.Values<float>(0)[0] = value;
        return new(new CombinerEntry { Name = combiner, Status = "Success", JobId = "j", Weight = weight }, set);
    }
}
