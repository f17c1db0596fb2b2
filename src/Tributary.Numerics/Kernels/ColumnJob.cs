// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// One fold by coordinate: the values that the updates have at a coordinate are sorted, and a rule makes one value of them. Tiles of all
/// updates are gathered as keys in scratch memory of a few hundred kilobytes, in blocks of rows that the first-level cache holds; a network
/// sorts all columns of a block at once.
/// </summary>
internal sealed class ColumnJob
{
    private const int PieceElements = 1 << 18;
    private const int MaxTileElements = 4096;
    private const int TileBytes = 1 << 18;

    private readonly IReadOnlyList<ParameterSet> _updates;
    private readonly ParameterSet _destination;
    private readonly ParameterLayout _layout;
    private readonly Rule _rule;
    private readonly int _first;
    private readonly int _wanted;
    private readonly double _divisor;
    private readonly (int Low, int High)[] _network;

    private ColumnJob(IReadOnlyList<ParameterSet> updates, ParameterSet destination, int first, int wanted, Rule rule, double divisor)
    {
        _updates = updates;
        _destination = destination;
        _layout = updates[0].Layout;
        _rule = rule;
        _first = first;
        _wanted = wanted;
        _divisor = divisor;
        _network = SortingNetwork.Create(updates.Count, first, wanted);
    }

    /// <summary>The rule that makes one row of sums of sorted rows, all of the length of the sums, a multiple of 32.</summary>
    public delegate void Rule(ReadOnlySpan<double> sorted, Span<double> sums);

    /// <summary>
    /// Folds updates with the layout of a mean. The rule gets <paramref name="wanted"/> rows of order statistics from
    /// <paramref name="first"/> on; its sums are divided by <paramref name="divisor"/>. A single update is copied.
    /// </summary>
    public static void Run(
        IReadOnlyList<ParameterSet> updates,
        ParameterSet destination,
        int first,
        int wanted,
        Rule rule,
        double divisor,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        using var leases = new Leases([.. updates, destination]);
        var job = new ColumnJob(updates, destination, first, wanted, rule, divisor);
        ParallelLoop.Run(job._layout.Split(PieceElements), maxDegreeOfParallelism, job.Fold, cancellationToken);
    }

    private void Fold((int Array, long Start, int Count) piece)
    {
        var type = _layout.Arrays[piece.Array].Type;
        if (_updates.Count == 1)
        {
            Elements(0, piece, type).CopyTo(_destination.Bytes(piece.Array, piece.Start * type.Size, piece.Count * type.Size));
            return;
        }

        switch (type)
        {
            case ElementType.Float16: Fold<short>(piece, type, 0x7C00); break;
            case ElementType.BFloat16: Fold<short>(piece, type, 0x7F80); break;
            case ElementType.Float32: Fold<int>(piece, type, 0x7F80_0000); break;
            default: Fold<long>(piece, ElementType.Float64, 0x7FF0_0000_0000_0000); break;
        }
    }

    private unsafe void Fold<TKey>((int Array, long Start, int Count) piece, ElementType keyed, TKey infinity)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        var width = ColumnKeys.RowBytes / sizeof(TKey);
        var block = _updates.Count * width;
        var blocks = Math.Clamp(TileBytes / (block * sizeof(TKey)), 1, MaxTileElements / width);
        var tileElements = blocks * width;
        var target = _destination.Layout.Arrays[piece.Array].Type;
        var keyBytes = blocks * block * sizeof(TKey);
        var bytes = ArrayPool<byte>.Shared.Rent(keyBytes + ColumnKeys.RowBytes + ParameterLayout.Alignment);
        var doubles = ArrayPool<double>.Shared.Rent((2 * tileElements) + (_wanted * width));
        try
        {
            fixed (byte* start = bytes)
            {
                // Bounds: rounding up moves the start by less than the alignment, which was rented in addition. Keys that straddled cache
                // lines would halve the speed of the network.
                var aligned = (byte*)(((nuint)start + ParameterLayout.Alignment - 1) & ~(nuint)(ParameterLayout.Alignment - 1));
                var keys = new Span<TKey>(aligned, blocks * block);
                var notNumbers = new Span<TKey>(aligned + keyBytes, width);
                var sums = doubles.AsSpan(0, tileElements);
                var widened = doubles.AsSpan(tileElements, tileElements);
                var sorted = doubles.AsSpan(2 * tileElements, _wanted * width);
                for (var offset = 0; offset < piece.Count; offset += tileElements)
                {
                    var tile = (piece.Array, Start: piece.Start + offset, Count: Math.Min(tileElements, piece.Count - offset));
                    Gather(tile, keys, widened);
                    for (var column = 0; column < tile.Count; column += width)
                    {
                        var rows = keys.Slice(column / width * block, block);
                        var results = sums.Slice(column, width);
                        var anyNaN = ColumnKeys.FindNaN(rows, infinity, notNumbers);
                        ColumnKeys.Sort(rows, _network);
                        var wanted = rows.Slice(_first * width, _wanted * width);
                        ColumnKeys.Convert<TKey>(wanted, wanted);
                        Widening.Widen(keyed, MemoryMarshal.AsBytes(wanted), sorted);
                        _rule(sorted, results);
                        if (anyNaN)
                        {
                            ColumnKeys.Mark(notNumbers, results);
                        }
                    }

                    Quotient.Store(sums[..tile.Count], _divisor, target, _destination.Bytes(tile.Array, tile.Start * target.Size, tile.Count * target.Size));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<double>.Shared.Return(doubles);
        }
    }

    // Block by block, the row of each update in it. Places past the end of the last block keep old keys: their columns are sorted and not used.
    private void Gather<TKey>((int Array, long Start, int Count) tile, Span<TKey> keys, Span<double> widened)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        var type = _layout.Arrays[tile.Array].Type;
        var width = ColumnKeys.RowBytes / Unsafe.SizeOf<TKey>();
        for (var update = 0; update < _updates.Count; update++)
        {
            var rows = keys[(update * width)..];
            if (type.IsFloat)
            {
                var following = update + 1 < _updates.Count ? Elements(update + 1, tile, type) : [];
                ColumnKeys.Scatter(
                    MemoryMarshal.Cast<byte, TKey>(Elements(update, tile, type)), MemoryMarshal.Cast<byte, TKey>(following), rows, _updates.Count * width);
            }
            else
            {
                Widening.Widen(type, Elements(update, tile, type), widened[..tile.Count]);
                ColumnKeys.Scatter(MemoryMarshal.Cast<double, TKey>(widened[..tile.Count]), [], rows, _updates.Count * width);
            }
        }
    }

    private ReadOnlySpan<byte> Elements(int update, (int Array, long Start, int Count) tile, ElementType type) =>
        _updates[update].ReadOnlyBytes(tile.Array, tile.Start * type.Size, tile.Count * type.Size);
}
