// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.Metrics;

namespace Tributary.Core.Rounds;

/// <summary>The metrics of sessions and their rounds.</summary>
public sealed class TrainingMetrics
{
    private readonly UpDownCounter<long> _sessions;
    private readonly UpDownCounter<long> _rounds;
    private readonly Histogram<double> _roundDuration;
    private readonly Counter<long> _aggregated;
    private readonly Histogram<double> _aggregationDuration;
    private readonly Histogram<long> _modelSize;

    /// <summary>Creates the instruments.</summary>
    public TrainingMetrics(IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var meter = factory.Create($"{TributaryDiagnostics.Name}.Core");
        _sessions = meter.CreateUpDownCounter<long>("tributary.session.active", "{session}", "Sessions that run in this process");
        _rounds = meter.CreateUpDownCounter<long>("tributary.round.active", "{round}", "Rounds that run in this process");
        _roundDuration = meter.CreateLongDurations("tributary.round.duration", "Time from the opening of a round to its end, restarts included");
        _aggregated = meter.CreateCounter<long>("tributary.update.aggregated", "{update}", "Updates that count in committed models");
        _aggregationDuration = meter.CreateLongDurations("tributary.aggregation.duration", "Time to aggregate the updates of a round at a combiner");
        _modelSize = meter.CreateSizes("tributary.model.size", "Size of a committed model");
    }

    /// <summary>Counts a session that begins to run.</summary>
    public void SessionStarted() => _sessions.Add(1);

    /// <summary>Counts a session that no longer runs, for any reason.</summary>
    public void SessionStopped() => _sessions.Add(-1);

    /// <summary>Counts a round that begins to run.</summary>
    public void RoundStarted() => _rounds.Add(1);

    /// <summary>Counts a round that no longer runs, for any reason.</summary>
    public void RoundStopped() => _rounds.Add(-1);

    /// <summary>Records the aggregation of a round's updates.</summary>
    public void Aggregated(TimeSpan duration) => _aggregationDuration.Record(duration.TotalSeconds);

    /// <summary>Records the commit of a round's model.</summary>
    public void RoundCommitted(TimeSpan duration, int updates, long modelBytes)
    {
        _roundDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(TributaryDiagnostics.Outcome, "committed"));
        _aggregated.Add(updates);
        _modelSize.Record(modelBytes);
    }

    /// <summary>Records the end of a round without a model.</summary>
    public void RoundFailed(TimeSpan duration, RoundStatus status) => _roundDuration.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>(TributaryDiagnostics.Outcome, status == RoundStatus.Terminated ? "terminated" : "failed"));
}
