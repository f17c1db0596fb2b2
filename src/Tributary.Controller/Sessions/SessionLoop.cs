// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Tributary.Core.Sessions;

namespace Tributary.Controller.Sessions;

/// <summary>Runs sessions while the server runs.</summary>
internal sealed class SessionLoop(SessionRunner runner, TrainingResultRecorder outcomes) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(runner.RunAsync(stoppingToken), outcomes.RunAsync(stoppingToken));
}
