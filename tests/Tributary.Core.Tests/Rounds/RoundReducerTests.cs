// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.Tracing;
using Tributary.Core.Aggregation;
using Tributary.Numerics.Formats;

namespace Tributary.Core.Tests.Rounds;

/// <summary>Combiners are merged by their examples, not by their number.</summary>
public sealed class RoundReducerTests
{
    private readonly Workbench _bench = new();

    public static TheoryData<float[], double[], float> Merges => new()
    {
        { [0, 10], [20, 20], 5 },
        { [0, 10, 20], [1, 1, 1], 10 },
        { [0, 10], [10, 30], 7.5f },
        { [3], [10], 3 },

        // In the order of the combiners' names, from the last to the first, nothing is lost in the rounding of a sum.
        { [1, 1e16f, -1e16f], [1, 1, 1], 1f / 3 },
    };

    [Theory]
    [MemberData(nameof(Merges))]
    public async Task Reduce_Combiners_WeighsByExamples(float[] models, double[] weights, float expected)
    {
        var parts = models.Select((value, i) => Part($"combiner-{models.Length - i}", weights[i], [[value]])).ToList();

        var (bytes, reduced) = await ReduceAsync(parts);

        Assert.Equal([expected], NpzModel.Decode(bytes));
        Assert.Equal((bytes.Length, "npz"), (reduced.Data.Length, reduced.Format));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(7, true)]
    public async Task Reduce_AnyNumberOfThreads_UsesThemAndGivesTheSameBits(int threads, bool isShared)
    {
        _bench.Options.AggregationThreads = 1;
        var (expected, _) = await ReduceAsync(RandomParts());
        _bench.Options.AggregationThreads = threads;
        using var loops = new ParallelLoops();

        var (bytes, _) = await ReduceAsync(RandomParts());

        Assert.Equal(isShared, loops.Count > 0);
        Assert.True(expected.AsSpan().SequenceEqual(bytes));
    }

    private async Task<(byte[] Bytes, ReducedModel Reduced)> ReduceAsync(List<TrainingOutcome.Aggregated> parts)
    {
        using var seed = new MemoryStream();
        ParameterCodecs.Get("npz").Write(parts[0].Result.Parameters, seed, Token);
        _bench.Disk.ModelBytes[ModelId.Parse(Workbench.Seed)] = seed.ToArray();
        var round = new RoundRecord
        {
            Number = 7,
            Status = RoundStatus.Pending,
            Plan = Workbench.Plan(),
            Output = ModelId.Parse("out"),
            OpenedAt = _bench.Time.GetUtcNow(),
        };
        var reduced = await _bench.Reducer.ReduceAsync(round, parts, Token);
        parts.ForEach(part => part.Dispose());
        return (_bench.Disk.ModelBytes[round.Output], reduced);
    }

    private static List<TrainingOutcome.Aggregated> RandomParts()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(1, 3).Select(i => Part($"combiner-{i}", 10 * random.NextDouble(), [Values(1000), Values(300)]))];

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static TrainingOutcome.Aggregated Part(string combiner, double weight, float[][] arrays)
    {
        var set = ParameterSet.Allocate(new ParameterLayout([.. arrays.Select((a, i) => new ArraySpec($"{i}", ElementType.Float32, [a.Length]))]));
        for (var i = 0; i < arrays.Length; i++)
        {
            arrays[i].CopyTo(set.Values<float>(i));
        }

        var report = new CombinerReport { Name = combiner, Status = CombinerReportStatus.Success, JobId = "j", Weight = weight };
        return new(report, new PartialResult(set, weight, 1), set);
    }

    /// <summary>Counts the loops that the thread of the test shares with others.</summary>
    private sealed class ParallelLoops : EventListener
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public int Count { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Threading.Tasks.Parallel.EventSource")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == "ParallelLoopBegin" && Environment.CurrentManagedThreadId == _thread)
            {
                Count++;
            }
        }
    }
}
