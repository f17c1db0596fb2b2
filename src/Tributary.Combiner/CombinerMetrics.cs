// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;

namespace Tributary.Combiner;

/// <summary>The metrics of the combiner role.</summary>
internal sealed class CombinerMetrics
{
    private const string Direction = "network.io.direction";
    private const string Queue = "tributary.queue";

    private readonly Counter<long> _bytes;
    private readonly Histogram<long> _updateSize;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;

    public CombinerMetrics(IMeterFactory factory, ClientRoster roster, OpenRounds rounds, ReportLog reports, DirectRounds directRounds)
    {
        var meter = factory.Create($"{TributaryDiagnostics.Name}.Combiner");
        _bytes = meter.CreateCounter<long>("tributary.combiner.io", "By", "Bytes of models and updates that clients have sent and fetched");
        _updateSize = meter.CreateSizes("tributary.update.size", "Size of a finished upload");
        _accepted = meter.CreateCounter<long>("tributary.update.accepted", "{update}", "Updates that count and are durable");
        _refused = meter.CreateCounter<long>("tributary.update.refused", "{update}", "Updates that do not count, by reason");
        meter.CreateObservableGauge("tributary.client.active", () => roster.ListActive().Count, "{client}", "Clients that are connected or gave a sign of life");
        meter.CreateObservableGauge(
            "tributary.queue.length",
            () => (Measurement<int>[])
            [
                Waiting("tasks", roster.CountOutstanding()),
                Waiting("updates", rounds.Waiting),
                Waiting("reports", reports.Waiting),
                Waiting("direct_rounds", directRounds.Waiting),
            ],
            "{item}",
            "Entries that wait: tasks for an answer, updates for the ledger, reports for the database, direct rounds for their turn");

        static Measurement<int> Waiting(string queue, int length) => new(length, new KeyValuePair<string, object?>(Queue, queue));
    }

    public void UploadFinished(long bytes) => _updateSize.Record(bytes);

    public void Received(long bytes) => _bytes.Add(bytes, new KeyValuePair<string, object?>(Direction, "receive"));

    public void Sent(long bytes) => _bytes.Add(bytes, new KeyValuePair<string, object?>(Direction, "transmit"));

    public void UpdateAnswered(SubmitUpdateResult result)
    {
        if (result is SubmitUpdateResult.Accepted)
        {
            _accepted.Add(1);
        }
        else
        {
            _refused.Add(1, new KeyValuePair<string, object?>(TributaryDiagnostics.Reason, NameReason(result)));
        }
    }

    private static string NameReason(SubmitUpdateResult result) => result switch
    {
        SubmitUpdateResult.Duplicate => "duplicate",
        SubmitUpdateResult.RoundClosed => "round_closed",
        SubmitUpdateResult.NotReady => "not_ready",
        SubmitUpdateResult.NotSelected => "not_selected",
        SubmitUpdateResult.UnknownUpload => "unknown_upload",
        SubmitUpdateResult.Invalid => "invalid",
        _ => throw new UnreachableException(),
    };
}
