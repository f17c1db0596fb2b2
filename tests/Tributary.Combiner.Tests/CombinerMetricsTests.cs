// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using Tributary.Testing;
using Tributary.Testing.Rounds;

namespace Tributary.Combiner.Tests;

public sealed class CombinerMetricsTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly MeterProbe _probe = new();
    private readonly ReportLog _reports;
    private readonly CombinerMetrics _metrics;

    public CombinerMetricsTests()
    {
        _reports = new ReportLog(_bench.Stores.Reports, []);
        _metrics = new CombinerMetrics(_probe, _bench.Roster, new OpenRounds(), _reports, _bench.DirectRounds);
    }

    public void Dispose() => _probe.Dispose();

    [Fact]
    public void Verbs_MoveTheirInstruments()
    {
        _metrics.Received(10);
        _metrics.Sent(20);
        _metrics.UploadFinished(30);
        _metrics.UpdateAnswered(new SubmitUpdateResult.Accepted());
        foreach (var refused in (SubmitUpdateResult[])
            [
                new SubmitUpdateResult.Duplicate(), new SubmitUpdateResult.RoundClosed(), new SubmitUpdateResult.NotReady(), new SubmitUpdateResult.NotSelected(),
                new SubmitUpdateResult.UnknownUpload("u"), new SubmitUpdateResult.Invalid("f", "r"),
            ])
        {
            _metrics.UpdateAnswered(refused);
        }

        Assert.Equal(
            [
                "tributary.combiner.io{network.io.direction=receive} 10",
                "tributary.combiner.io{network.io.direction=transmit} 20",
                "tributary.update.size 30",
                "tributary.update.accepted 1",
                .. ((string[])["duplicate", "round_closed", "not_ready", "not_selected", "unknown_upload", "invalid"])
                    .Select(reason => $"tributary.update.refused{{tributary.reason={reason}}} 1"),
            ],
            _probe.Collect().Where(m => m.Contains(".io", StringComparison.Ordinal) || m.Contains(".update.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Gauges_FollowTheirQueues()
    {
        _bench.Connect("a", "b");
        _bench.Roster.Assign(new ClientTask
        {
            Kind = ClientTaskKind.Train,
            Client = ClientId.Parse("a"),
            CorrelationId = "1",
            Round = 7,
            Session = "s",
            Model = ModelId.Parse(Workbench.Seed),
            At = _bench.Time.GetUtcNow(),
        });
        _reports.Post(new StatusReport
        {
            Id = "1",
            Status = "s",
            LogLevel = "INFO",
            Type = "NETWORK",
            Sender = new ReportSender("a", "CLIENT", "a"),
            At = _bench.Time.GetUtcNow(),
        });

        Assert.Equal(
            [
                "tributary.client.active 2",
                "tributary.queue.length{tributary.queue=tasks} 1",
                "tributary.queue.length{tributary.queue=updates} 0",
                "tributary.queue.length{tributary.queue=reports} 1",
                "tributary.queue.length{tributary.queue=direct_rounds} 0",
            ],
            _probe.Collect());
    }
}
