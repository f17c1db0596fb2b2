// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.InteropServices;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>One fold: blocks that threads share, in tiles whose sums stay in the second-level cache while updates are added.</summary>
internal sealed class FoldJob : IDisposable
{
    // 64 KiB of sums. Shorter tiles would stay in the first-level cache, but every update would then be read in pieces too short for
    // prefetching.
    private const int TileElements = 8192;
    private const int BlockElements = 32 * TileElements;
    private const int Fused = 4;

    private readonly IReadOnlyList<ParameterSet> _updates;
    private readonly double[] _weights;
    private readonly double _total;
    private readonly ParameterSet _destination;
    private readonly ParameterLayout _source;
    private readonly bool _isCopy;
    private readonly bool[] _isUniform;
    private readonly Leases _leases;

    /// <param name="updates">The sets to add, of the same names and shapes; their types may differ.</param>
    /// <param name="weights">The factor of each set.</param>
    /// <param name="total">The divisor of the sums.</param>
    /// <param name="destination">The set to fill.</param>
    /// <param name="isCopy">True to copy the one update bit by bit instead.</param>
    public FoldJob(IReadOnlyList<ParameterSet> updates, double[] weights, double total, ParameterSet destination, bool isCopy = false)
    {
        _updates = updates;
        _weights = weights;
        _total = total;
        _destination = destination;
        _source = updates[0].Layout;
        _isCopy = isCopy;
        _isUniform = [.. _source.Arrays.Select((array, i) => updates.All(update => update.Layout.Arrays[i].Type == array.Type))];
        _leases = new Leases([.. updates, destination]);
    }

    public void Run(int maxDegreeOfParallelism, CancellationToken cancellationToken) =>
        ParallelLoop.Run(_source.Split(BlockElements), maxDegreeOfParallelism, Fold, cancellationToken);

    public void Dispose() => _leases.Dispose();

    private void Fold((int Array, long Start, int Count) block)
    {
        var source = _source.Arrays[block.Array].Type;
        var target = _destination.Layout.Arrays[block.Array].Type;
        var scratch = ArrayPool<double>.Shared.Rent(2 * TileElements);
        try
        {
            for (var offset = 0; offset < block.Count; offset += TileElements)
            {
                var tile = (block.Array, Start: block.Start + offset, Count: Math.Min(TileElements, block.Count - offset));
                var result = _destination.Bytes(tile.Array, tile.Start * target.Size, tile.Count * target.Size);
                if (_isCopy)
                {
                    Elements(0, tile, source).CopyTo(result);
                    continue;
                }

                var sums = scratch.AsSpan(0, tile.Count);
                Add(tile, source, sums, scratch.AsSpan(TileElements, tile.Count));
                Quotient.Store(sums, _total, target, result);
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(scratch);
        }
    }

    private void Add((int Array, long Start, int Count) tile, ElementType type, Span<double> sums, Span<double> widened)
    {
        // −0 is the value that changes no sum: the mean of negative zeros keeps their sign.
        sums.Fill(-0.0);
        switch (type)
        {
            case var _ when !_isUniform[tile.Array]: AddWidened(tile, sums, widened); break;
            case ElementType.Float32: AddInPlace<float, Float32Source>(tile, type, sums); break;
            case ElementType.Float16 when Float16Sum.IsSupported && TryAddFinite(tile, type, sums): break;
            case ElementType.Float16: AddInPlace<ushort, Float16Source>(tile, type, sums); break;
            case ElementType.BFloat16: AddInPlace<ushort, BFloat16Source>(tile, type, sums); break;
            case ElementType.Float64: AddInPlace<double, Float64Source>(tile, type, sums); break;
            default: AddWidened(tile, sums, widened); break;
        }
    }

    /// <summary>Adds float16 the fast way; returns false, and leaves the sums as they were at first, where that cannot be.</summary>
    private bool TryAddFinite((int Array, long Start, int Count) tile, ElementType type, Span<double> sums)
    {
        var isAdded = true;
        var i = 0;
        for (; isAdded && i + Fused <= _updates.Count; i += Fused)
        {
            isAdded = Float16Sum.TryAdd(sums, Halves(i), Halves(i + 1), Halves(i + 2), Halves(i + 3), _weights.AsSpan(i, Fused));
        }

        for (; isAdded && i < _updates.Count; i++)
        {
            isAdded = Float16Sum.TryAdd(sums, Halves(i), _weights[i]);
        }

        if (!isAdded)
        {
            sums.Fill(-0.0);
        }

        return isAdded;

        ReadOnlySpan<ushort> Halves(int update) => MemoryMarshal.Cast<byte, ushort>(Elements(update, tile, type));
    }

    private void AddInPlace<T, TSource>((int Array, long Start, int Count) tile, ElementType type, Span<double> sums)
        where T : unmanaged
        where TSource : IElementSource<T>
    {
        var i = 0;
        for (; i + Fused <= _updates.Count; i += Fused)
        {
            WeightedSum.Add<T, TSource>(
                sums,
                MemoryMarshal.Cast<byte, T>(Elements(i, tile, type)),
                MemoryMarshal.Cast<byte, T>(Elements(i + 1, tile, type)),
                MemoryMarshal.Cast<byte, T>(Elements(i + 2, tile, type)),
                MemoryMarshal.Cast<byte, T>(Elements(i + 3, tile, type)),
                _weights.AsSpan(i, Fused));
        }

        for (; i < _updates.Count; i++)
        {
            WeightedSum.Add<T, TSource>(sums, MemoryMarshal.Cast<byte, T>(Elements(i, tile, type)), _weights[i]);
        }
    }

    private void AddWidened((int Array, long Start, int Count) tile, Span<double> sums, Span<double> widened)
    {
        for (var i = 0; i < _updates.Count; i++)
        {
            var type = _updates[i].Layout.Arrays[tile.Array].Type;
            Widening.Widen(type, Elements(i, tile, type), widened);
            WeightedSum.Add<double, Float64Source>(sums, widened, _weights[i]);
        }
    }

    private ReadOnlySpan<byte> Elements(int update, (int Array, long Start, int Count) tile, ElementType type) =>
        _updates[update].ReadOnlyBytes(tile.Array, tile.Start * type.Size, tile.Count * type.Size);
}
