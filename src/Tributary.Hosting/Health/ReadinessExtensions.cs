// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Health;

/// <summary>The readiness of a server: every check with the tag <see cref="Tag"/>, whichever part has registered it.</summary>
public static class ReadinessExtensions
{
    /// <summary>The tag of the checks that decide whether the server is ready.</summary>
    public const string Tag = "ready";

    /// <summary>Registers the check of the server itself and the bounds of all other checks. May be called by several roles.</summary>
    public static IServiceCollection AddReadiness(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHealthChecks();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HealthCheckServiceOptions>, RunningCheck.Registration>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<HealthCheckServiceOptions>, BoundedChecks>());

        // A bounded check logs when it begins to fail; the library would log an error at each call.
        services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        return services;
    }

    /// <summary>Maps <c>/livez</c>, which answers while the process lives, and <c>/readyz</c>, which names each check that fails; the log says why.</summary>
    public static void MapReadiness(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/livez", () => TypedResults.Text("live")).AllowAnonymous().DisableHttpMetrics();
        endpoints
            .MapHealthChecks("/readyz", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Tag), ResponseWriter = WriteAsync })
            .AllowAnonymous()
            .DisableHttpMetrics();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var failed = report.Entries.Where(check => check.Value.Status == HealthStatus.Unhealthy).Select(check => $"{check.Key}\n");
        return context.Response.WriteAsync(report.Status == HealthStatus.Unhealthy ? string.Concat(failed) : "ready", context.RequestAborted);
    }
}
