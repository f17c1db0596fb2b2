// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>One step of a rule on eight parameters, which replaces the moments and returns the next values of the model.</summary>
internal interface IServerRule
{
    static abstract Vector512<double> Step(
        Vector512<double> x, Vector512<double> mean, ref Vector512<double> m, ref Vector512<double> v, ref readonly ServerFactors factors);
}

/// <summary>The rates of a rule in all lanes.</summary>
internal readonly struct ServerFactors(ServerRates rates)
{
    public readonly Vector512<double> LearningRate = Vector512.Create(rates.LearningRate);
    public readonly Vector512<double> Momentum = Vector512.Create(rates.Momentum);
    public readonly Vector512<double> Beta1 = Vector512.Create(rates.Beta1);
    public readonly Vector512<double> Rest1 = Vector512.Create(1 - rates.Beta1);
    public readonly Vector512<double> Beta2 = Vector512.Create(rates.Beta2);
    public readonly Vector512<double> Rest2 = Vector512.Create(1 - rates.Beta2);
    public readonly Vector512<double> Tau = Vector512.Create(rates.Tau);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> FirstMoment(Vector512<double> m, Vector512<double> delta) => (Beta1 * m) + (Rest1 * delta);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Move(Vector512<double> x, Vector512<double> m, Vector512<double> v) => x + (LearningRate * m / (Vector512.Sqrt(v) + Tau));
}

internal readonly struct MomentumRule : IServerRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Step(
        Vector512<double> x, Vector512<double> mean, ref Vector512<double> m, ref Vector512<double> v, ref readonly ServerFactors factors)
    {
        m = (factors.Momentum * m) + (x - mean);
        return x - (factors.LearningRate * m);
    }
}

internal readonly struct NesterovRule : IServerRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Step(
        Vector512<double> x, Vector512<double> mean, ref Vector512<double> m, ref Vector512<double> v, ref readonly ServerFactors factors)
    {
        m = (factors.Momentum * m) + (x - mean);
        return x - (factors.LearningRate * ((x - mean) + (factors.Momentum * m)));
    }
}

internal readonly struct AdamRule : IServerRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Step(
        Vector512<double> x, Vector512<double> mean, ref Vector512<double> m, ref Vector512<double> v, ref readonly ServerFactors factors)
    {
        var delta = mean - x;
        m = factors.FirstMoment(m, delta);
        v = (factors.Beta2 * v) + (factors.Rest2 * (delta * delta));
        return factors.Move(x, m, v);
    }
}

internal readonly struct YogiRule : IServerRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Step(
        Vector512<double> x, Vector512<double> mean, ref Vector512<double> m, ref Vector512<double> v, ref readonly ServerFactors factors)
    {
        var delta = mean - x;
        var square = delta * delta;
        var change = factors.Rest2 * square;
        m = factors.FirstMoment(m, delta);

        // Equal moments stay; NaN comes through.
        var moved = Vector512.ConditionalSelect(Vector512.GreaterThan(v, square), v - change, v + change);
        v = Vector512.ConditionalSelect(Vector512.Equals(v, square), v, moved);
        return factors.Move(x, m, v);
    }
}

internal readonly struct AdagradRule : IServerRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Step(
        Vector512<double> x, Vector512<double> mean, ref Vector512<double> m, ref Vector512<double> v, ref readonly ServerFactors factors)
    {
        var delta = mean - x;
        m = factors.FirstMoment(m, delta);
        v += delta * delta;
        return factors.Move(x, m, v);
    }
}
