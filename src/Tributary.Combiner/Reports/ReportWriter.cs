// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Tributary.Core.Reports;

namespace Tributary.Combiner.Reports;

/// <summary>Writes what clients report while the server runs.</summary>
internal sealed class ReportWriter(ReportLog reports) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => reports.RunAsync(stoppingToken);
}
