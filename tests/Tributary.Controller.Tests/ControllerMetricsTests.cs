// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Sessions;

namespace Tributary.Controller.Tests;

public sealed class ControllerMetricsTests
{
    [Fact]
    public void Verbs_MoveTheirInstruments()
    {
        using var probe = new MeterProbe();
        var metrics = new ControllerMetrics(probe);

        metrics.ClientAssigned();
        metrics.ClientNotAssigned();
        metrics.ModelUploaded(5);
        foreach (var result in (StartSessionResult[])
            [
                new StartSessionResult.Started("r"), new StartSessionResult.UnknownSession(), new StartSessionResult.Busy(), new StartSessionResult.NoCombiner(),
                new StartSessionResult.TooFewClients(2, 1), new StartSessionResult.UnknownModel("m"), new StartSessionResult.Invalid("f", "r"),
                new StartSessionResult.LimitReached(1),
            ])
        {
            metrics.SessionStartAnswered(result);
        }

        Assert.Equal(
            [
                "tributary.client.assigned{tributary.outcome=assigned} 1",
                "tributary.client.assigned{tributary.outcome=no_combiner} 1",
                "tributary.model.upload.size 5",
                .. ((string[])["started", "unknown_session", "busy", "no_combiner", "too_few_clients", "unknown_model", "invalid", "limit_reached"])
                    .Select(outcome => $"tributary.session.started{{tributary.outcome={outcome}}} 1"),
            ],
            probe.Collect());
    }
}
