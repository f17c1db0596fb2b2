// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Simulation.Tests;

/// <summary>The result of a phase from scratch: from the ledger's updates, the models that they were trained from, and a state.</summary>
internal sealed class RoundReplay : IDisposable
{
    private static readonly IParameterCodec Codec = ParameterCodecs.Get("npz");

    private readonly SimulatedCluster _cluster;
    private readonly List<ParameterSet> _sets = [];

    private RoundReplay(SimulatedCluster cluster) => _cluster = cluster;

    /// <summary>Returns the bytes of the parameters and of the state, as the server must have stored them.</summary>
    public static (byte[] Parameters, byte[]? State) Run(SimulatedCluster cluster, RoundRecord round, int phase, byte[]? state)
    {
        using var replay = new RoundReplay(cluster);
        return replay.Run(round, phase, state);
    }

    public void Dispose() => _sets.ForEach(set => set.Dispose());

    private (byte[] Parameters, byte[]? State) Run(RoundRecord round, int phase, byte[]? earlier)
    {
        var (strategy, values) = SessionMix.Strategies.Get(round.Plan.Settings.Aggregator, round.Plan.Settings.AggregatorParameters);
        var global = Decode(_cluster.Disk.ModelBytes[round.Plan.Model], layout => layout);
        var rule = new UpdateRule(strategy, global.Layout, phase);
        using var state = earlier is null ? null : ByteSource.FromMemory(earlier);
        var context = new StrategyContext
        {
            Parameters = values,
            Phase = phase,
            Layout = global.Layout,
            GlobalModel = strategy.Traits.NeedsGlobalModel ? global : null,
            CreateParameters = Create,
            CancellationToken = CancellationToken.None,
        };
        var updates = _cluster.Disk.Updates.Where(u => u.Scope == UpdateScope.OfRound(round.Number, phase)).OrderBy(u => u.Client).Select(u =>
        {
            var staleness = _cluster.CountStaleness(round, u.Upload);
            return new StrategyUpdate(Decode(_cluster.Acknowledgements.Uploads[u.Upload], rule.Require), _cluster.Acknowledgements.Weights[u.Upload])
            {
                Staleness = staleness,
                Origin = staleness == 0 ? null : Decode(_cluster.Disk.ModelBytes[_cluster.Acknowledgements.Tasks[u.Upload].Plan!.Model], layout => layout),
            };
        });
        var result = strategy.Finish([strategy.Accumulate([.. updates], context)], context with { State = state });
        return (Write(stream => Codec.Write(result.Parameters, stream, CancellationToken.None)),
            result.WriteState is { } write ? Write(stream => write(stream, CancellationToken.None)) : null);
    }

    private static byte[] Write(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }

    private ParameterSet Decode(byte[] bytes, Func<ParameterLayout, ParameterLayout> choose)
    {
        using var reader = Codec.Open(ByteSource.FromMemory(bytes), DecodeLimits.Default);
        var set = Create(choose(reader.Layout));
        reader.ReadInto(set, DecodeOptions.Default, CancellationToken.None);
        return set;
    }

    private ParameterSet Create(ParameterLayout layout)
    {
        var set = ParameterSet.Allocate(layout);
        _sets.Add(set);
        return set;
    }
}
