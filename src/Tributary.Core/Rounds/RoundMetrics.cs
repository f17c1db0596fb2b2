// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Combiners;

namespace Tributary.Core.Rounds;

/// <summary>The figures of one execution of a round, for its record.</summary>
internal sealed class RoundMetrics(RoundPlan plan, string combiner, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private TimeSpan _waited;
    private double _weight;
    private long _bytes;
    private int _refused;
    private int _aggregated;

    public int Selected { get; set; }

    public TimeSpan Aggregating { get; set; }

    public void Collected(OpenRound round)
    {
        _waited = time.GetElapsedTime(_began);
        _refused = round.Refused;
        _aggregated = round.Updates.Count;
        _weight = round.Updates.Sum(u => u.Update.Weight);
        _bytes = round.Updates.Sum(u => u.Update.Bytes);
    }

    public TrainingOutcome Succeed(PartialResult result, StrategyScratch scratch) => new TrainingOutcome.Aggregated(Report(CombinerReportStatus.Success), result, scratch);

    public TrainingOutcome Fail(string reason) => new TrainingOutcome.Failed(Report(CombinerReportStatus.Failed), $"{combiner}: {reason}");

    private CombinerReport Report(CombinerReportStatus status) => new()
    {
        Name = combiner,
        Status = status,
        JobId = plan.JobId,
        Selected = Selected,
        Required = plan.Settings.ClientsRequired,
        Aggregated = _aggregated,
        Refused = _refused,
        Weight = _weight,
        Bytes = _bytes,
        Waited = _waited.TotalSeconds,
        Aggregating = Aggregating.TotalSeconds,
        Total = time.GetElapsedTime(_began).TotalSeconds,
    };
}
