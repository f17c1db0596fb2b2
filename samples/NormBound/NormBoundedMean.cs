// SPDX-License-Identifier: Apache-2.0

using System.Collections.Immutable;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Numerics.Parameters;

namespace Tributary.Samples.NormBound;

/// <summary>
/// A weighted mean of updates that clients have scaled to a common bound, in two phases. In the first, each client sends the norm of its
/// update and nothing else; the bound is the median of the norms, smoothed over the rounds. In the second, each client sends its update,
/// scaled so that its norm does not exceed the bound.
/// </summary>
public sealed class NormBoundedMean : IStrategy
{
    public const string StrategyName = "norm-bounded-mean";

    /// <summary>The name of the parameter that says how much of the earlier bound is kept, from 0 to below 1.</summary>
    public const string SmoothingParameter = "smoothing";

    /// <summary>The name of the array in which a client sends its norm.</summary>
    public const string NormArray = "norm";

    /// <summary>The name of the array in which clients receive the bound, besides those of the model.</summary>
    public const string BoundArray = "bound";

    private static readonly ArraySpec Norm = new(NormArray, ElementType.Float64, [1]);
    private static readonly ParameterLayout NormLayout = new([Norm]);

    public string Name => StrategyName;

    public StrategyTraits Traits { get; } = new() { NeedsGlobalModel = true };

    public IReadOnlyList<StrategyParameter> Parameters { get; } =
        [new StrategyParameter.Number(SmoothingParameter, Default: 0.5, Min: 0, Max: 1) { ExcludesMax = true }];

    public int CountPhases(StrategyParameters values) => 2;

    public (ParameterLayout? Layout, string? Fault) CheckUpdate(ParameterLayout update, ParameterLayout model, int phase)
    {
        var expected = phase == 1 ? NormLayout : model;
        return expected.DescribeDifference(update) is { } difference ? (null, difference) : (expected, null);
    }

    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context)
    {
        if (context.Phase == 2)
        {
            return WeightedSum.Accumulate(updates, context);
        }

        var norms = context.CreateParameters(new ParameterLayout([new ArraySpec(NormArray, ElementType.Float64, [updates.Count])]));
        for (var i = 0; i < updates.Count; i++)
        {
            norms.Values<double>(0)[i] = Math.Abs(updates[i].Parameters.ReadOnlyValues<double>(0)[0]);
        }

        return new PartialResult(norms, updates.Count, updates.Count);
    }

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context)
    {
        var bound = context.CreateParameters(NormLayout);
        if (context.State is { } state)
        {
            ParameterState.Read(state, [bound], context.CancellationToken);
        }

        if (context.Phase == 2)
        {
            return new StrategyResult(WeightedSum.Divide(parts, context), Write);
        }

        var median = Median([.. parts.SelectMany(part => part.Parameters.ReadOnlyValues<double>(0).ToArray())]);
        var kept = context.State is null ? 0 : context.Parameters.Number(SmoothingParameter);
        bound.Values<double>(0)[0] = (kept * bound.Values<double>(0)[0]) + ((1 - kept) * median);
        return new StrategyResult(AddBound(context.GlobalModel!, bound.Values<double>(0)[0], context), Write);

        void Write(Stream stream, CancellationToken cancellationToken) => ParameterState.Write(stream, [bound], cancellationToken);
    }

    /// <summary>Returns the model with the bound behind its arrays, as clients receive it in the second phase.</summary>
    private static ParameterSet AddBound(ParameterSet model, double bound, StrategyContext context)
    {
        const int ChunkBytes = 1 << 20;
        ImmutableArray<ArraySpec> arrays = [.. model.Layout.Arrays, new ArraySpec(BoundArray, ElementType.Float64, [1])];
        var result = context.CreateParameters(new ParameterLayout(arrays));
        for (var array = 0; array < model.Layout.Arrays.Length; array++)
        {
            for (long start = 0; start < arrays[array].ByteLength; start += ChunkBytes)
            {
                var count = (int)Math.Min(ChunkBytes, arrays[array].ByteLength - start);
                model.ReadOnlyBytes(array, start, count).CopyTo(result.Bytes(array, start, count));
            }
        }

        result.Values<double>(arrays.Length - 1)[0] = bound;
        return result;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
