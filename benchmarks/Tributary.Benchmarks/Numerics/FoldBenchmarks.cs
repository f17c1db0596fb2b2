// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Benchmarks.Numerics;

/// <summary>The weighted mean of models of ten million parameters, against reading the same updates once from memory.</summary>
internal static class FoldBenchmarks
{
    private const int Block = 1 << 20;

    public static async Task RunAsync(BenchmarkRun run)
    {
        SideBySide.PrintHeader();
        var millions = run.Choose(10, 1);
        foreach (var (type, count, threads) in new[]
        {
            (ElementType.Float32, 8, 1), (ElementType.Float32, 16, 1), (ElementType.Float32, 16, 2),
            (ElementType.Float64, 8, 1), (ElementType.Float16, 16, 1), (ElementType.BFloat16, 16, 1), (ElementType.Int32, 16, 1),
        })
        {
            await RunAsync(run, type, millions, count, threads);
        }
    }

    private static async Task RunAsync(BenchmarkRun run, ElementType type, int millions, int count, int threads)
    {
        var layout = new ParameterLayout([new ArraySpec("w", type, [millions * 1_000_000])]);
        ParameterSet[] updates = [.. Enumerable.Range(0, count).Select(i => Update(layout, i))];
        double[] weights = [.. Enumerable.Range(1, count).Select(i => (double)i)];
        using var mean = ParameterSet.Allocate(WeightedMean.ResultLayout(layout, count));
        await SideBySide.RunAsync(
            run,
            $"fold {count} × {millions} M {type.WireName}, {threads} thread{(threads > 1 ? "s" : "")}",
            () => WeightedMean.Fold(updates, weights, mean, threads, CancellationToken.None),
            "sequential read, 1 thread",
            () => ReadAll(updates),
            count * layout.Arrays[0].ByteLength);
        foreach (var update in updates)
        {
            update.Dispose();
        }
    }

    internal static ParameterSet Update(ParameterLayout layout, int seed)
    {
        var random = new Random(seed);
        var type = layout.Arrays[0].Type;
        var set = ParameterSet.Allocate(layout);
        var parameters = (int)(layout.Arrays[0].ByteLength / type.Size);
        var block = Math.Min(Block, parameters);
        for (var i = 0; i < block; i++)
        {
            var value = random.NextSingle() - 0.5f;
            switch (type)
            {
                case ElementType.Float16: set.Values<Half>(0, i, 1)[0] = (Half)value; break;
                case ElementType.BFloat16: set.Values<ushort>(0, i, 1)[0] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16); break;
                case ElementType.Float32: set.Values<float>(0, i, 1)[0] = value; break;
                case ElementType.Float64: set.Values<double>(0, i, 1)[0] = value; break;
                default: set.Values<int>(0, i, 1)[0] = random.Next(); break;
            }
        }

        // The values repeat: they do not matter to the time, as long as they are ordinary numbers.
        for (var i = block; i < parameters; i += block)
        {
            var bytes = Math.Min(block, parameters - i) * type.Size;
            set.ReadOnlyBytes(0, 0, bytes).CopyTo(set.Bytes(0, (long)i * type.Size, bytes));
        }

        return set;
    }

    private static void ReadAll(ParameterSet[] updates)
    {
        var found = Vector512<ulong>.Zero;
        foreach (var update in updates)
        {
            found |= Read(MemoryMarshal.Cast<byte, ulong>(update.ReadOnlyBytes(0, 0, (int)update.Layout.Arrays[0].ByteLength)));
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
