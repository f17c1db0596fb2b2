// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Asynchronous;

namespace Tributary.Core.Tests.Rounds;

public sealed class RoundSettingsCheckTests
{
    private readonly RoundSettingsCheck _check = new(new StrategyRegistry([new PhasedFedBuff()]), PlainFormats.Create());

    [Fact]
    public void FindFault_LateUpdatesInSeveralPhases_IsRefused()
    {
        var fault = _check.FindFault("phased", """{"phases": 2}""", "numpyhelper");

        Assert.Equal((nameof(RoundSettings.Aggregator), "is 'phased', which takes late updates in rounds of 2 phases; expected one or the other"), fault);
        Assert.Equal(0, _check.GetMaxStaleness(Settings("""{"phases": 2}""")));
    }

    [Fact]
    public void FindFault_LateUpdatesInOnePhase_IsNone()
    {
        Assert.Null(_check.FindFault("phased", null, "numpyhelper"));
        Assert.Equal(100, _check.GetMaxStaleness(Settings(null)));
    }

    [Fact]
    public void FindObstacle_LateUpdatesAtSeveralCombiners_IsOne()
    {
        Assert.Null(_check.FindObstacle(Settings(null), 1));
        Assert.Equal("is 'phased', which takes late updates at one combiner; 2 combiners take part", _check.FindObstacle(Settings(null), 2));
    }

    private static RoundSettings Settings(string? parameters) =>
        Workbench.Plan().Settings with { Aggregator = "phased", AggregatorParameters = parameters };

    private sealed class PhasedFedBuff : IStrategy
    {
        private readonly FedBuff _inner = new();

        public string Name => "phased";

        public StrategyTraits Traits => _inner.Traits;

        public IReadOnlyList<StrategyParameter> Parameters => [.. _inner.Parameters, new StrategyParameter.WholeNumber("phases", Default: 1, Min: 1, Max: 2)];

        public int GetMaxStaleness(StrategyParameters values) => _inner.GetMaxStaleness(values);

        public int CountPhases(StrategyParameters values) => values.WholeNumber("phases");

        public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context) => _inner.Accumulate(updates, context);

        public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context) => _inner.Finish(parts, context);
    }
}
