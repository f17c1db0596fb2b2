// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics;

namespace Tributary.Benchmarks.Numerics;

/// <summary>The weighted mean of models of ten million float32, against reading the same updates once from memory.</summary>
internal static class FoldBenchmarks
{
    private const int Parameters = 10_000_000;

    public static void Run()
    {
        var layout = new ParameterLayout([new ArraySpec("w", ElementType.Float32, [Parameters])]);
        ParameterSet[] updates = [.. Enumerable.Range(0, 16).Select(i => Update(layout, i))];
        using var mean = ParameterSet.Allocate(layout);
        foreach (var (count, threads) in new[] { (8, 1), (16, 1), (16, 2) })
        {
            var folded = updates[..count];
            double[] weights = [.. Enumerable.Range(1, count).Select(i => (double)i)];
            SideBySide.Run(
                $"fold {count} × 10 M float32, {threads} thread{(threads > 1 ? "s" : "")}",
                () => WeightedMean.Fold(folded, weights, mean, threads, CancellationToken.None),
                "sequential read, 1 thread",
                () => ReadAll(folded),
                (long)count * Parameters * sizeof(float));
        }

        foreach (var update in updates)
        {
            update.Dispose();
        }
    }

    private static ParameterSet Update(ParameterLayout layout, int seed)
    {
        var random = new Random(seed);
        var set = ParameterSet.Allocate(layout);
        foreach (ref var value in set.Values<float>(0))
        {
            value = random.NextSingle();
        }

        return set;
    }

    private static void ReadAll(ParameterSet[] updates)
    {
        var found = Vector512<ulong>.Zero;
        foreach (var update in updates)
        {
            found |= Read(MemoryMarshal.Cast<float, ulong>(update.ReadOnlyValues<float>(0)));
        }

        if (found == Vector512<ulong>.Zero)
        {
            throw new InvalidOperationException("Random values are not all zero.");
        }
    }

    // Four independent chains, so that loads and not the latency of one chain are measured.
    private static Vector512<ulong> Read(ReadOnlySpan<ulong> values)
    {
        ref readonly var start = ref MemoryMarshal.GetReference(values);
        var (a, b, c, d) = (Vector512<ulong>.Zero, Vector512<ulong>.Zero, Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        const nuint Step = 8;
        for (nuint i = 0; i + (4 * Step) <= (nuint)values.Length; i += 4 * Step)
        {
            a |= Vector512.LoadUnsafe(in start, i);
            b |= Vector512.LoadUnsafe(in start, i + Step);
            c |= Vector512.LoadUnsafe(in start, i + (2 * Step));
            d |= Vector512.LoadUnsafe(in start, i + (3 * Step));
        }

        return a | b | c | d;
    }
}
