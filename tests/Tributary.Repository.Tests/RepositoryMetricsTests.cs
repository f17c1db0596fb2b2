// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

public sealed class RepositoryMetricsTests
{
    [Fact]
    public void Verbs_MoveTheirInstruments()
    {
        using var probe = new MeterProbe();
        var metrics = new RepositoryMetrics(probe);

        foreach (var kind in Enum.GetValues<RepositoryKind>())
        {
            metrics.FileStored(kind, 1);
        }

        metrics.FileServed(RepositoryKind.Model, 2);
        foreach (var reason in Enum.GetValues<FileRefusal>())
        {
            metrics.FileRefused(reason);
        }

        Assert.Equal(
            [
                .. ((string[])["model", "training_result", "strategy", "transformation", "collector"])
                    .Select(kind => $"tributary.repository.stored.size{{tributary.repository.kind={kind}}} 1"),
                "tributary.repository.served.size{tributary.repository.kind=model} 2",
                .. ((string[])["size", "quota", "signature", "content"]).Select(reason => $"tributary.repository.refused{{tributary.reason={reason}}} 1"),
            ],
            probe.Collect());
    }
}
