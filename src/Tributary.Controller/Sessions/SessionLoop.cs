// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Tributary.Core.Sessions;

namespace Tributary.Controller.Sessions;

internal sealed class SessionLoop(SessionRunner runner) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => runner.RunAsync(stoppingToken);
}
