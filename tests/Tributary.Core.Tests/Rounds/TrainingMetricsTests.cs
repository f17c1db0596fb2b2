// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Rounds;

public sealed class TrainingMetricsTests
{
    [Fact]
    public void Verbs_MoveTheirInstruments()
    {
        using var probe = new MeterProbe();
        var metrics = new TrainingMetrics(probe);

        metrics.SessionStarted();
        metrics.RoundStarted();
        metrics.Aggregated(TimeSpan.FromSeconds(1.5));
        metrics.RoundCommitted(TimeSpan.FromSeconds(2), updates: 3, modelBytes: 4);
        metrics.RoundFailed(TimeSpan.FromSeconds(5), RoundStatus.Failed);
        metrics.RoundFailed(TimeSpan.FromSeconds(6), RoundStatus.Terminated);
        metrics.RoundStopped();
        metrics.SessionStopped();

        Assert.Equal(
            [
                "tributary.session.active 1",
                "tributary.round.active 1",
                "tributary.aggregation.duration 1.5",
                "tributary.round.duration{tributary.outcome=committed} 2",
                "tributary.update.aggregated 3",
                "tributary.model.size 4",
                "tributary.round.duration{tributary.outcome=failed} 5",
                "tributary.round.duration{tributary.outcome=terminated} 6",
                "tributary.round.active -1",
                "tributary.session.active -1",
            ],
            probe.Collect());
    }
}
