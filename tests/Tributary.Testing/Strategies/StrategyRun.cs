// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Testing.Strategies;

/// <summary>Rounds of a strategy without a server: one array, which the state goes with from step to step.</summary>
public sealed class StrategyRun : IDisposable
{
    private readonly IStrategy _strategy;
    private readonly StrategyParameters _values;
    private readonly List<ParameterSet> _sets = [];

    public StrategyRun(IStrategy strategy, string parameters = "")
    {
        _strategy = strategy;
        var (values, problem) = StrategyParameters.Read(parameters, strategy.Parameters);
        _values = values ?? throw new ArgumentException(problem, nameof(parameters));
    }

    /// <summary>The type in which models and updates hold the numbers.</summary>
    public ElementType Type { get; init; } = ElementType.Float64;

    public int Threads { get; init; } = 1;

    /// <summary>The bytes of the newest state; null while there is none.</summary>
    public byte[]? State { get; set; }

    /// <summary>One step: the updates of each group are accumulated at a combiner of its own.</summary>
    public double[] Step(double[] model, params IReadOnlyList<StrategyUpdate>[] groups)
    {
        var global = Set(model);
        var context = new StrategyContext
        {
            Parameters = _values,
            Layout = global.Layout,
            GlobalModel = _strategy.Traits.NeedsGlobalModel ? global : null,
            CreateParameters = Create,
            Threads = Threads,
            CancellationToken = Cancellation.Token,
        };
        var parts = groups.Select(group => _strategy.Accumulate(group, context)).ToList();
        using var state = State is null ? null : ByteSource.FromMemory(State);
        var result = _strategy.Finish(parts, context with { State = state });
        if (result.WriteState is { } write)
        {
            using var bytes = new MemoryStream();
            write(bytes, Cancellation.Token);
            State = bytes.ToArray();
        }

        return Read(result.Parameters);
    }

    public double[] Step(double[] model, IEnumerable<double[]> updates, IEnumerable<double>? weights = null)
    {
        var rows = updates.ToList();
        var given = weights?.ToList();
        return Step(model, [.. rows.Select((row, i) => Update(row, given?[i] ?? 1))]);
    }

    public StrategyUpdate Update(double[] values, double weight = 1) => new(Set(values), weight);

    /// <summary>A set of one array with these values.</summary>
    public ParameterSet Set(double[] values)
    {
        var set = Create(new ParameterLayout([new ArraySpec("0", Type, [values.Length])]));
        switch (Type)
        {
            case ElementType.Float64: values.CopyTo(set.Values<double>(0)); break;
            case ElementType.Float32: values.Select(value => (float)value).ToArray().CopyTo(set.Values<float>(0)); break;
            case ElementType.Int64: values.Select(value => (long)value).ToArray().CopyTo(set.Values<long>(0)); break;
            default: throw new NotSupportedException($"{Type}");
        }

        return set;
    }

    public void Dispose() => _sets.ForEach(set => set.Dispose());

    private static double[] Read(ParameterSet set) => set.Layout.Arrays[0].Type switch
    {
        ElementType.Float64 => set.ReadOnlyValues<double>(0).ToArray(),
        ElementType.Float32 => [.. set.ReadOnlyValues<float>(0).ToArray().Select(value => (double)value)],
        ElementType.Int64 => [.. set.ReadOnlyValues<long>(0).ToArray().Select(value => (double)value)],
        var type => throw new NotSupportedException($"{type}"),
    };

    private ParameterSet Create(ParameterLayout layout)
    {
        var set = ParameterSet.Allocate(layout);
        _sets.Add(set);
        return set;
    }
}
