// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The squared distance ‖x − y‖² over all elements of two parameter sets, in float64. Summed in eight lanes per tile of 8192 elements, then
/// lane by lane, then tile by tile in their order: the same bits for any number of threads and any vector width.
/// </summary>
public static class SquaredDistance
{
    private const int TileElements = 8192;

    /// <summary>Returns the squared distance of each point to the origin.</summary>
    /// <param name="origin">The set from which the distances are measured.</param>
    /// <param name="points">The sets to measure, with the layout of the origin.</param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two tiles.</param>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public static double[] Compute(
        ParameterSet origin, IReadOnlyList<ParameterSet> points, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        foreach (var point in points)
        {
            if (!origin.Layout.Equals(point.Layout))
            {
                throw new ArgumentException(
                    $"A point has another layout than the origin. {origin.Layout.DescribeDifference(point.Layout) ?? "Order or types differ."}", nameof(points));
            }
        }

        return Measure(origin, points, maxDegreeOfParallelism, cancellationToken);
    }

    /// <summary>Returns the squared distances of points whose arrays have the sizes of those of the origin, in any type.</summary>
    internal static double[] Measure(
        ParameterSet origin, IReadOnlyList<ParameterSet> points, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        var tiles = origin.Layout.Split(TileElements);
        var parts = new double[tiles.Count * points.Count];
        ParallelLoop.Run([.. Enumerable.Range(0, tiles.Count)], maxDegreeOfParallelism, tile => MeasureTile(tile, tiles[tile]), cancellationToken);
        var sums = new double[points.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            sums[i % points.Count] += parts[i];
        }

        return sums;

        void MeasureTile(int index, (int Array, long Start, int Count) tile)
        {
            using var lease = origin.Acquire();
            var scratch = ArrayPool<double>.Shared.Rent(2 * TileElements);
            try
            {
                var a = scratch.AsSpan(0, tile.Count);
                var b = scratch.AsSpan(TileElements, tile.Count);
                Widen(origin, tile, a);
                for (var i = 0; i < points.Count; i++)
                {
                    using var other = points[i].Acquire();
                    Widen(points[i], tile, b);
                    parts[(index * points.Count) + i] = Sum(a, b);
                }
            }
            finally
            {
                ArrayPool<double>.Shared.Return(scratch);
            }
        }
    }

    private static void Widen(ParameterSet set, (int Array, long Start, int Count) tile, Span<double> values)
    {
        var type = set.Layout.Arrays[tile.Array].Type;
        Widening.Widen(type, set.ReadOnlyBytes(tile.Array, tile.Start * type.Size, tile.Count * type.Size), values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref readonly var x = ref MemoryMarshal.GetReference(a);
        ref readonly var y = ref MemoryMarshal.GetReference(b);
        var lanes = Vector512<double>.Zero;
        var i = 0;
        for (; i + Vector512<double>.Count <= a.Length; i += Vector512<double>.Count)
        {
            // Eight lanes on every processor: narrower ones process them in turn.
            var difference = Vector512.LoadUnsafe(in x, (nuint)i) - Vector512.LoadUnsafe(in y, (nuint)i);
            lanes += difference * difference;
        }

        var sum = 0.0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            sum += lanes[lane];
        }

        for (; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }
}
