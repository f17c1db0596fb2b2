// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;

namespace Tributary.Core.Coordination;

/// <summary>The service that runs the work of this process.</summary>
internal sealed class CoordinationLoop(InProcessCoordinator coordinator, IEnumerable<IKeyedWork> works) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => coordinator.RunAsync(works, stoppingToken);
}
