// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Health;

/// <summary>The check that the server runs, which fails before its start is complete and from the moment it begins to stop.</summary>
internal sealed class RunningCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public const string Name = "server";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("stopping")
        : lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy("starting"));

    internal sealed class Registration(IHostApplicationLifetime lifetime) : IConfigureOptions<HealthCheckServiceOptions>
    {
        public void Configure(HealthCheckServiceOptions options) =>
            options.Registrations.Add(new HealthCheckRegistration(Name, new RunningCheck(lifetime), failureStatus: null, tags: [ReadinessExtensions.Tag]));
    }
}
