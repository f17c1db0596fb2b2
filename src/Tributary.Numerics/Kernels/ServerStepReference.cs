// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>The server optimisers as their formulas state them, one element at a time, which <see cref="ServerStep"/> must match bit by bit.</summary>
internal static class ServerStepReference
{
    public static void Apply(
        ParameterSet sums, double totalWeight, ParameterSet model, ServerRates rates, ServerMoments? previous, ParameterSet destination, ServerMoments next)
    {
        var state = 0;
        for (var array = 0; array < model.Layout.Arrays.Length; array++)
        {
            var isFloat = model.Layout.Arrays[array].Type.IsFloat;
            for (long i = 0; i < model.Layout.Arrays[array].Count; i++)
            {
                var mean = Read(sums, array, i) / totalWeight;
                if (!isFloat)
                {
                    Write(destination, array, i, mean);
                    continue;
                }

                var x = Read(model, array, i);
                var m = previous is null ? -0.0 : Read(previous.First, state, i);
                var v = previous?.Second is { } second ? Read(second, state, i) : rates.InitialSecondMoment ?? (rates.Tau * rates.Tau);
                (x, m, v) = Step(x, mean, m, v, rates);
                Write(destination, array, i, x);
                Write(next.First, state, i, m);
                if (rates.IsAdaptive && next.Second is not null)
                {
                    Write(next.Second, state, i, v);
                }
            }

            state += isFloat ? 1 : 0;
        }
    }

    private static (double X, double M, double V) Step(double x, double mean, double m, double v, ServerRates rates)
    {
        if (!rates.IsAdaptive)
        {
            m = (rates.Momentum * m) + (x - mean);
            var step = rates.Rule == ServerRule.Momentum ? m : (x - mean) + (rates.Momentum * m);
            return (x - (rates.LearningRate * step), m, v);
        }

        var delta = mean - x;
        var square = delta * delta;
        m = (rates.Beta1 * m) + ((1 - rates.Beta1) * delta);
        var change = (1 - rates.Beta2) * square;
        v = rates.Rule switch
        {
            ServerRule.Adam => (rates.Beta2 * v) + change,
            ServerRule.Yogi => v == square ? v : v > square ? v - change : v + change,
            _ => v + square,
        };
        return (x + (rates.LearningRate * m / (Math.Sqrt(v) + rates.Tau)), m, v);
    }

    private static double Read(ParameterSet set, int array, long index)
    {
        var type = set.Layout.Arrays[array].Type;
        Span<double> value = [0];
        Widening.Widen(type, set.ReadOnlyBytes(array, index * type.Size, type.Size), value);
        return value[0];
    }

    private static void Write(ParameterSet set, int array, long index, double value)
    {
        var type = set.Layout.Arrays[array].Type;
        Quotient.Store([value], 1, type, set.Bytes(array, index * type.Size, type.Size));
    }
}
