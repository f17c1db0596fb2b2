// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The squared distances ‖xᵢ − xⱼ‖² of all pairs of updates, over all elements, in float64. Differences are taken first: a Gram matrix would
/// cancel where updates are large and near each other. Squares are summed in eight lanes per tile of 1024 elements, then lane by lane, then
/// tile by tile in strips of 65,536 elements, then strip by strip: the same bits for any number of threads and any vector width.
/// </summary>
public sealed class PairwiseDistances
{
    internal const int TileElements = 1024;
    internal const int StripElements = 64 * TileElements;

    // Rows a multiple of 4 KiB apart would share their places in the first-level cache.
    private const int Stride = TileElements + 8;
    private const int MaxStrips = 64;
    private const int MaxParts = 1 << 20;
    private const int Rows = 2;
    private const int Columns = 4;

    private readonly double[] _pairs;

    private PairwiseDistances(int count)
    {
        Count = count;
        _pairs = new double[checked(count * (count - 1) / 2)];
    }

    /// <summary>The number of updates.</summary>
    public int Count { get; }

    /// <summary>The squared distance of two updates, the same in both directions, and zero from an update to itself.</summary>
    /// <param name="first">The position of one update.</param>
    /// <param name="second">The position of the other.</param>
    public double this[int first, int second]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(first);
            ArgumentOutOfRangeException.ThrowIfNegative(second);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, Count);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(second, Count);
            return first == second ? 0 : _pairs[Index(Math.Min(first, second), Math.Max(first, second))];
        }
    }

    /// <summary>
    /// Measures all pairs. Every update is read once. Scratch memory per thread is 8 KiB for each update and a float64 for each pair.
    /// </summary>
    /// <param name="updates">The updates, at least one, all with equal layouts.</param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two strips.</param>
    /// <exception cref="ArgumentException">There is no update, or the layouts differ.</exception>
    public static PairwiseDistances Compute(IReadOnlyList<ParameterSet> updates, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        ArgumentOutOfRangeException.ThrowIfZero(updates.Count);
        var layout = updates[0].Layout;
        if (updates.FirstOrDefault(update => !layout.Equals(update.Layout)) is { } other)
        {
            throw new ArgumentException($"The layouts of the updates differ. {layout.DescribeDifference(other.Layout) ?? "Order or types differ."}", nameof(updates));
        }

        using var leases = new Leases(updates);
        var distances = new PairwiseDistances(updates.Count);
        var pairs = distances._pairs.Length;
        var together = Math.Max(maxDegreeOfParallelism, Math.Clamp(MaxParts / Math.Max(pairs, 1), 1, MaxStrips));
        foreach (var strips in layout.Split(StripElements).Chunk(together))
        {
            var parts = new double[strips.Length * pairs];
            ParallelLoop.Run(
                [.. Enumerable.Range(0, strips.Length)],
                maxDegreeOfParallelism,
                strip => distances.Measure(updates, strips[strip], parts.AsSpan(strip * pairs, pairs)),
                cancellationToken);
            for (var i = 0; i < parts.Length; i++)
            {
                distances._pairs[i % pairs] += parts[i];
            }
        }

        return distances;
    }

    private int Index(int first, int second) => (first * ((2 * Count) - first - 1) / 2) + second - first - 1;

    private void Measure(IReadOnlyList<ParameterSet> updates, (int Array, long Start, int Count) strip, Span<double> sums)
    {
        var type = updates[0].Layout.Arrays[strip.Array].Type;
        var rows = ArrayPool<double>.Shared.Rent(Count * Stride);
        try
        {
            for (var offset = 0; offset < strip.Count; offset += TileElements)
            {
                var count = Math.Min(TileElements, strip.Count - offset);
                for (var i = 0; i < Count; i++)
                {
                    var elements = updates[i].ReadOnlyBytes(strip.Array, (strip.Start + offset) * type.Size, count * type.Size);
                    Widening.Widen(type, elements, rows.AsSpan(i * Stride, count));
                }

                AddTile(rows, count, sums);
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rows);
        }
    }

    private void AddTile(ReadOnlySpan<double> rows, int count, Span<double> sums)
    {
        Span<double> block = stackalloc double[Rows * Columns];
        for (var i = 0; i < Count - 1; i += Rows)
        {
            for (var j = i + 1; j < Count; j += Columns)
            {
                // At the edges rows repeat, and pairs that do not exist are measured and left out.
                Measure(
                    rows.Slice(i * Stride, count),
                    rows.Slice((i + 1) * Stride, count),
                    rows.Slice(j * Stride, count),
                    rows.Slice(Math.Min(j + 1, Count - 1) * Stride, count),
                    rows.Slice(Math.Min(j + 2, Count - 1) * Stride, count),
                    rows.Slice(Math.Min(j + 3, Count - 1) * Stride, count),
                    block);
                for (var k = 0; k < block.Length; k++)
                {
                    var (first, second) = (i + (k / Columns), j + (k % Columns));
                    if (first < second && second < Count)
                    {
                        sums[Index(first, second)] += block[k];
                    }
                }
            }
        }
    }

    // Eight pairs at once, so that each row that is loaded counts several times.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Measure(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        ReadOnlySpan<double> c0,
        ReadOnlySpan<double> c1,
        ReadOnlySpan<double> c2,
        ReadOnlySpan<double> c3,
        Span<double> sums)
    {
        // Bounds: all rows have the length of the first, and a step is taken only when that many elements remain.
        ref readonly var ra = ref MemoryMarshal.GetReference(a);
        ref readonly var rb = ref MemoryMarshal.GetReference(b);
        ref readonly var r0 = ref MemoryMarshal.GetReference(c0);
        ref readonly var r1 = ref MemoryMarshal.GetReference(c1);
        ref readonly var r2 = ref MemoryMarshal.GetReference(c2);
        ref readonly var r3 = ref MemoryMarshal.GetReference(c3);
        var (a0, a1, a2, a3) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        var (b0, b1, b2, b3) = (a0, a0, a0, a0);
        nuint i = 0;
        for (; i + (nuint)Vector512<double>.Count <= (nuint)a.Length; i += (nuint)Vector512<double>.Count)
        {
            // Eight lanes on every processor: narrower ones process them in turn.
            var (va, vb) = (Vector512.LoadUnsafe(in ra, i), Vector512.LoadUnsafe(in rb, i));
            var v = Vector512.LoadUnsafe(in r0, i);
            a0 = AddSquare(a0, va - v);
            b0 = AddSquare(b0, vb - v);
            v = Vector512.LoadUnsafe(in r1, i);
            a1 = AddSquare(a1, va - v);
            b1 = AddSquare(b1, vb - v);
            v = Vector512.LoadUnsafe(in r2, i);
            a2 = AddSquare(a2, va - v);
            b2 = AddSquare(b2, vb - v);
            v = Vector512.LoadUnsafe(in r3, i);
            a3 = AddSquare(a3, va - v);
            b3 = AddSquare(b3, vb - v);
        }

        var rest = (int)i..;
        sums[0] = Sum(a0, a[rest], c0[rest]);
        sums[1] = Sum(a1, a[rest], c1[rest]);
        sums[2] = Sum(a2, a[rest], c2[rest]);
        sums[3] = Sum(a3, a[rest], c3[rest]);
        sums[4] = Sum(b0, b[rest], c0[rest]);
        sums[5] = Sum(b1, b[rest], c1[rest]);
        sums[6] = Sum(b2, b[rest], c2[rest]);
        sums[7] = Sum(b3, b[rest], c3[rest]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> AddSquare(Vector512<double> sum, Vector512<double> difference) => sum + (difference * difference);

    private static double Sum(Vector512<double> lanes, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            sum += lanes[lane];
        }

        for (var i = 0; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }
}
