// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Tributary.Core.Reports;

namespace Tributary.Combiner.Reports;

/// <summary>The service that writes the reports of clients.</summary>
internal sealed class ReportWriter(ReportLog reports) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => reports.RunAsync(stoppingToken);
}
