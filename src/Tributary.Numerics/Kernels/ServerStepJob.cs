// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>The work of <see cref="ServerStep"/>: pieces that threads share, in tiles that the first and second-level caches hold.</summary>
internal sealed class ServerStepJob(
    ParameterSet sums, double totalWeight, ParameterSet model, ServerRates rates, ServerMoments? previous, ParameterSet destination, ServerMoments next)
{
    private const int TileElements = 1024;
    private const int PieceElements = 256 * TileElements;

    // −0 is the value that changes no sum: the first moment of the first round is exactly its own term.
    private const double FirstMoment = -0.0;

    private readonly double _secondMoment = rates.InitialSecondMoment ?? (rates.Tau * rates.Tau);

    private delegate void Rule(Span<double> x, Span<double> mean, Span<double> m, Span<double> v, ServerRates rates);

    public void Run(int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        Rule rule = rates.Rule switch
        {
            ServerRule.Momentum => Step<MomentumRule>,
            ServerRule.NesterovMomentum => Step<NesterovRule>,
            ServerRule.Adam => Step<AdamRule>,
            ServerRule.Yogi => Step<YogiRule>,
            _ => Step<AdagradRule>,
        };
        ParallelLoop.Run(model.Layout.Split(PieceElements), maxDegreeOfParallelism, piece => Apply(piece, rule), cancellationToken);
    }

    private void Apply((int Array, long Start, int Count) piece, Rule rule)
    {
        var isFloat = model.Layout.Arrays[piece.Array].Type.IsFloat;
        var state = model.Layout.Arrays.Take(piece.Array).Count(array => array.Type.IsFloat);
        var scratch = ArrayPool<double>.Shared.Rent(4 * TileElements);
        try
        {
            for (var offset = 0; offset < piece.Count; offset += TileElements)
            {
                var (start, count) = (piece.Start + offset, Math.Min(TileElements, piece.Count - offset));
                var mean = scratch.AsSpan(0, TileElements);
                Read(sums, piece.Array, start, mean[..count]);
                if (!isFloat)
                {
                    Write(destination, piece.Array, start, mean[..count], totalWeight);
                    continue;
                }

                // Vectors run over the end of a short tile: old values there are computed with and not written.
                Quotient.Store(mean, totalWeight, ElementType.Float64, MemoryMarshal.AsBytes(mean));
                var x = scratch.AsSpan(TileElements, TileElements);
                var m = scratch.AsSpan(2 * TileElements, TileElements);
                var v = scratch.AsSpan(3 * TileElements, TileElements);
                Read(model, piece.Array, start, x[..count]);
                Read(previous?.First, state, start, m[..count], FirstMoment);
                Read(previous?.Second, state, start, v[..count], _secondMoment);
                rule(x, mean, m, v, rates);
                Write(destination, piece.Array, start, x[..count], 1);
                Write(next.First, state, start, m[..count], 1);
                if (rates.IsAdaptive && next.Second is not null)
                {
                    Write(next.Second, state, start, v[..count], 1);
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(scratch);
        }
    }

    private static void Read(ParameterSet? set, int array, long start, Span<double> values, double initial = 0)
    {
        if (set is null)
        {
            values.Fill(initial);
            return;
        }

        var type = set.Layout.Arrays[array].Type;
        Widening.Widen(type, set.ReadOnlyBytes(array, start * type.Size, values.Length * type.Size), values);
    }

    private static void Write(ParameterSet set, int array, long start, ReadOnlySpan<double> values, double divisor)
    {
        var type = set.Layout.Arrays[array].Type;
        Quotient.Store(values, divisor, type, set.Bytes(array, start * type.Size, values.Length * type.Size));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step<TRule>(Span<double> x, Span<double> mean, Span<double> m, Span<double> v, ServerRates rates)
        where TRule : IServerRule
    {
        // Bounds: all spans have the length of a tile, a multiple of eight.
        ref var rx = ref MemoryMarshal.GetReference(x);
        ref var rmean = ref MemoryMarshal.GetReference(mean);
        ref var rm = ref MemoryMarshal.GetReference(m);
        ref var rv = ref MemoryMarshal.GetReference(v);
        var factors = new ServerFactors(rates);
        for (nuint i = 0; i < (nuint)x.Length; i += (nuint)Vector512<double>.Count)
        {
            // Eight lanes on every processor: narrower ones process them in turn.
            var nextM = Vector512.LoadUnsafe(ref rm, i);
            var nextV = Vector512.LoadUnsafe(ref rv, i);
            var nextX = TRule.Step(Vector512.LoadUnsafe(ref rx, i), Vector512.LoadUnsafe(ref rmean, i), ref nextM, ref nextV, in factors);
            nextX.StoreUnsafe(ref rx, i);
            nextM.StoreUnsafe(ref rm, i);
            nextV.StoreUnsafe(ref rv, i);
        }
    }
}
