// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.InteropServices;

namespace Tributary.Numerics;

/// <summary>
/// One fold: the parameters in blocks that threads share, each block in tiles whose sums stay in the second-level cache while all updates
/// are added, four at a time.
/// </summary>
internal sealed class FoldJob : IDisposable
{
    // 64 KiB of sums. Shorter tiles would stay in the first-level cache, but then every update is read in pieces too short for prefetching.
    private const int TileElements = 8192;
    private const int BlockElements = 32 * TileElements;
    private const int Fused = 4;

    private readonly IReadOnlyList<ParameterSet> _updates;
    private readonly double[] _weights;
    private readonly double _total;
    private readonly ParameterSet _destination;
    private readonly ParameterLayout _source;
    private readonly ParameterSet.Lease[] _leases;

    public FoldJob(IReadOnlyList<ParameterSet> updates, double[] weights, double total, ParameterSet destination)
    {
        _updates = updates;
        _weights = weights;
        _total = total;
        _destination = destination;
        _source = updates[0].Layout;
        _leases = new ParameterSet.Lease[updates.Count + 1];
        try
        {
            for (var i = 0; i < updates.Count; i++)
            {
                _leases[i] = updates[i].Acquire();
            }

            _leases[^1] = destination.Acquire();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Run(int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        var blocks = Blocks();
        if (maxDegreeOfParallelism == 1 || blocks.Count <= 1)
        {
            using var scratch = new Scratch();
            foreach (var block in blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Fold(block, scratch);
            }

            return;
        }

        Parallel.ForEach(
            blocks,
            new ParallelOptions { MaxDegreeOfParallelism = maxDegreeOfParallelism, CancellationToken = cancellationToken },
            () => new Scratch(),
            (block, _, scratch) =>
            {
                Fold(block, scratch);
                return scratch;
            },
            scratch => scratch.Dispose());
    }

    public void Dispose()
    {
        foreach (var lease in _leases)
        {
            lease.Dispose();
        }
    }

    private List<(int Array, long Start, int Count)> Blocks()
    {
        var blocks = new List<(int Array, long Start, int Count)>();
        for (var array = 0; array < _source.Arrays.Length; array++)
        {
            var count = _source.Arrays[array].Count;
            for (long start = 0; start < count; start += BlockElements)
            {
                blocks.Add((array, start, (int)Math.Min(BlockElements, count - start)));
            }
        }

        return blocks;
    }

    private void Fold((int Array, long Start, int Count) block, Scratch scratch)
    {
        var source = _source.Arrays[block.Array].Type;
        var target = _destination.Layout.Arrays[block.Array].Type;
        for (var offset = 0; offset < block.Count; offset += TileElements)
        {
            var start = block.Start + offset;
            var count = Math.Min(TileElements, block.Count - offset);
            var result = _destination.Bytes(block.Array, start * target.Size, count * target.Size);
            if (_updates.Count == 1)
            {
                Tile(0, block.Array, start, count, source).CopyTo(result);
                continue;
            }

            var sums = scratch.Sums.AsSpan(0, count);

            // −0 is what changes no sum: the mean of negative zeros keeps their sign.
            sums.Fill(-0.0);
            switch (source)
            {
                case ElementType.Float32: AddInPlace<float, Float32Source>(block.Array, start, count, source, sums); break;
                case ElementType.Float64: AddInPlace<double, Float64Source>(block.Array, start, count, source, sums); break;
                default: AddWidened(block.Array, start, count, source, sums, scratch); break;
            }

            Quotient.Store(sums, _total, target, result);
        }
    }

    private void AddInPlace<T, TSource>(int array, long start, int count, ElementType type, Span<double> sums)
        where T : unmanaged
        where TSource : IElementSource<T>
    {
        var i = 0;
        for (; i + Fused <= _updates.Count; i += Fused)
        {
            WeightedSum.Add<T, TSource>(
                sums,
                MemoryMarshal.Cast<byte, T>(Tile(i, array, start, count, type)),
                MemoryMarshal.Cast<byte, T>(Tile(i + 1, array, start, count, type)),
                MemoryMarshal.Cast<byte, T>(Tile(i + 2, array, start, count, type)),
                MemoryMarshal.Cast<byte, T>(Tile(i + 3, array, start, count, type)),
                _weights.AsSpan(i, Fused));
        }

        for (; i < _updates.Count; i++)
        {
            WeightedSum.Add<T, TSource>(sums, MemoryMarshal.Cast<byte, T>(Tile(i, array, start, count, type)), _weights[i]);
        }
    }

    private void AddWidened(int array, long start, int count, ElementType type, Span<double> sums, Scratch scratch)
    {
        var values = scratch.Values.AsSpan(0, count);
        for (var i = 0; i < _updates.Count; i++)
        {
            ElementConversion.Widen(type, Tile(i, array, start, count, type), values);
            WeightedSum.Add<double, Float64Source>(sums, values, _weights[i]);
        }
    }

    private ReadOnlySpan<byte> Tile(int update, int array, long start, int count, ElementType type) =>
        _updates[update].ReadOnlyBytes(array, start * type.Size, count * type.Size);

    private sealed class Scratch : IDisposable
    {
        public double[] Sums { get; } = ArrayPool<double>.Shared.Rent(TileElements);

        public double[] Values { get; } = ArrayPool<double>.Shared.Rent(TileElements);

        public void Dispose()
        {
            ArrayPool<double>.Shared.Return(Sums);
            ArrayPool<double>.Shared.Return(Values);
        }
    }
}
