// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tributary.Controller.Clients;
using Tributary.Controller.Models;
using Tributary.Controller.Rest;
using Tributary.Controller.Sessions;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Hosting;
using Tributary.Hosting.Authorization;
using Tributary.Hosting.Refusals;
using Tributary.Protocol.Fedn;
using Tributary.Protocol.Rest;

namespace Tributary.Controller;

/// <summary>The controller role, which serves sessions over REST.</summary>
public static class ControllerExtensions
{
    public const string RoleName = "controller";

    private static readonly string[] SenderFilters = ["sender.name", "sender.role", "sender.client_id"];

    public static IServiceCollection AddController(this IServiceCollection services)
    {
        services.AddSessions();
        services.AddRouting();
        services.AddAccessControl();
        services.AddInterfaceDocument();
        services.Configure<ModelFormatOptions>(options => options.Add(HelperFormats.Codecs));
        services.TryAddSingleton<ActiveHelperSetting>();
        services.TryAddSingleton<ModelUpload>();
        services.TryAddSingleton<ControllerMetrics>();
        services.AddCoordination();
        return services;
    }

    /// <summary>Adds the middleware that has to come before the role's routing.</summary>
    public static void UseController(this IApplicationBuilder app)
    {
        app.UseErrorDialect(new ErrorDialect(RoleName, (context, status, message, _) => Responses.Message(status, message).ExecuteAsync(context)));
        app.UseTolerantPaths();
    }

    public static void MapController(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var api = endpoints.MapGroup("/api/v1");
        api.MapClients(services.GetRequiredService<IClientStore>());
        api.MapModels(services.GetRequiredService<IModelStore>());
        api.MapHelpers();
        api.MapSessions(services.GetRequiredService<ISessionStore>());
        api.MapResource(
            Resource.Rounds, "rounds", "round_id", ["session_id", "run_id", "round_id", "status"], services.GetRequiredService<IRoundStore>().ListAsync, Documents.ToDocument);
        MapReports(api, services.GetRequiredService<IReportStore>());
        api.MapResource(Resource.Combiners, "combiners", "name", ["name"], ListCombiners(services), Documents.ToDocument);

        endpoints.MapInterfaceDocument();
        endpoints.MapGet("/health", () => TypedResults.Text("OK")).WithName("health").AllowAnonymous();
        endpoints.MapGet("/get_controller_status", StatusAsync).WithName("status").Requires(Resource.Controller, AccessAction.Read);
        endpoints.MapFallback("{*path}", context => Responses
            .Message(StatusCodes.Status404NotFound, $"There is nothing at {context.Request.Method} {context.Request.Path}")
            .ExecuteAsync(context)).AllowAnonymous();
    }

    private static void MapReports(RouteGroupBuilder api, IReportStore reports)
    {
        api.MapResource(
            Resource.Reports,
            "validations",
            "validation_id",
            ["session_id", "model_id", "validation_id", "correlation_id", "client_id", .. SenderFilters, "receiver.name", "receiver.role"],
            reports.ListValidationsAsync,
            Documents.ToDocument);
        api.MapResource(
            Resource.Reports,
            "statuses",
            "status_id",
            ["session_id", "type", "log_level", "status_id", "correlation_id", "client_id", .. SenderFilters],
            reports.ListStatusesAsync,
            Documents.ToDocument);
        MapValues("metrics", ValueKind.Metric);
        MapValues("attributes", ValueKind.Attribute);
        MapValues("telemetry", ValueKind.Telemetry);

        void MapValues(string name, ValueKind kind) => api.MapResource(
            Resource.Reports,
            name,
            "id",
            ["session_id", "model_id", "round_id", "key", "client_id", "id", .. SenderFilters],
            (page, token) => reports.ListValuesAsync(kind, page, token),
            Documents.ToDocument);
    }

    private static Func<PageRequest, CancellationToken, ValueTask<Page<ICombinerLink>>> ListCombiners(IServiceProvider services) =>
        (page, _) =>
        {
            var all = services.GetServices<ICombinerLink>()
                .Where(c => !page.Filters.TryGetValue("name", out var name) || c.Name == name)
                .OrderBy(c => c.Name, StringComparer.Ordinal)
                .ToList();
            var rows = all.Skip(page.Skip).Take(page.Limit > 0 ? page.Limit : all.Count).ToList();
            return new(new Page<ICombinerLink>(rows, null, all.Count));
        };

    private static async Task<IResult> StatusAsync(ISessionStore sessions, CancellationToken cancellationToken) =>
        Responses.Document(new ControllerStatusResponse { State = (await sessions.ListActiveRunsAsync(cancellationToken)).Count == 0 ? "idle" : "monitoring" });
}
