// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Tributary.Hosting.Pages;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Rest;

/// <summary>The description of the interface in OpenAPI, and the page that shows it.</summary>
/// <remarks>Handlers read and write JSON in FEDn's dialect by themselves, so bodies and answers are named here, by the names of the operations.</remarks>
internal static class InterfaceDocument
{
    /// <summary>The name by which the library finds a document whose path has no name.</summary>
    private const string DocumentName = "v1";
    private const string Path = "/openapi.json";
    private const string Json = "application/json";

    private static readonly Dictionary<string, (Type? Request, Type Response)> Operations = new()
    {
        ["clients.add"] = (typeof(AddClientRequest), typeof(AddClientResponse)),
        ["helpers.getActive"] = (null, typeof(string)),
        ["helpers.setActive"] = (typeof(SetHelperRequest), typeof(MessageResponse)),
        ["models.upload"] = (null, typeof(UploadModelResponse)),
        ["sessions.create"] = (typeof(CreateSessionRequest), typeof(SessionSummary)),
        ["sessions.start"] = (typeof(StartSessionRequest), typeof(MessageResponse)),
        ["sessions.change"] = (typeof(SetSessionStatusRequest), typeof(MessageResponse)),
        ["status"] = (null, typeof(ControllerStatusResponse)),
    };

    public static IServiceCollection AddInterfaceDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, RestResponseJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, RestRequestJson.Default);
        });
        return services.AddOpenApi(DocumentName, options =>
        {
            // The library describes the endpoints of all listeners of the process.
            options.ShouldInclude = operation => operation.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true || operation.RelativePath == "get_controller_status";
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = "Tributary controller", Version = "v1", Description = "Sessions, models and reports, as FEDn's clients call them." };
                document.Servers?.Clear();
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAsync);
        });
    }

    /// <summary>Maps the document and the page, which need no credentials: they hold nothing of the federation.</summary>
    public static void MapInterfaceDocument(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi(Path).AllowAnonymous();
        foreach (var (path, page) in SwaggerPages.Create("Tributary controller", [("Version 1", Path)]))
        {
            endpoints.MapGet(path, context =>
            {
                context.Response.Headers.ContentSecurityPolicy = SwaggerPages.ContentSecurityPolicy;
                return page.ExecuteAsync(context);
            }).ExcludeFromDescription().AllowAnonymous();
        }
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (request, response) = Find(operation.OperationId ?? "", context);
        if (request is not null)
        {
            operation.RequestBody = new OpenApiRequestBody { Content = await ContentAsync(request) };
        }

        foreach (var filter in Filters(context))
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = filter,
                In = ParameterLocation.Query,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        operation.Responses = [];
        if (response is not null)
        {
            operation.Responses["200"] = new OpenApiResponse { Description = "OK", Content = await ContentAsync(response) };
        }

        operation.Responses["default"] = new OpenApiResponse { Description = "What is wrong", Content = await ContentAsync(typeof(MessageResponse)) };

        async Task<Dictionary<string, OpenApiMediaType>> ContentAsync(Type type) =>
            new() { [Json] = new OpenApiMediaType { Schema = await context.GetOrCreateSchemaAsync(type, parameterDescription: null, cancellationToken) } };
    }

    private static IEnumerable<string> Filters(OpenApiOperationTransformerContext context) =>
        context.Description.HttpMethod == HttpMethods.Get && !context.Description.RelativePath!.EndsWith('}')
            ? context.Description.ActionDescriptor.EndpointMetadata.OfType<ResourceDescription>().FirstOrDefault()?.FilterNames ?? []
            : [];

    private static (Type? Request, Type? Response) Find(string operation, OpenApiOperationTransformerContext context)
    {
        if (Operations.TryGetValue(operation, out var types))
        {
            return types;
        }

        return context.Description.ActionDescriptor.EndpointMetadata.OfType<ResourceDescription>().FirstOrDefault() is not { } resource ? (null, null)
            : operation.EndsWith(".get", StringComparison.Ordinal) ? (null, resource.Document)
            : operation.EndsWith(".list", StringComparison.Ordinal) ? (null, resource.List)
            : operation.EndsWith(".listByBody", StringComparison.Ordinal) ? (typeof(Dictionary<string, string>), resource.List)
            : operation.EndsWith(".count", StringComparison.Ordinal) ? (null, typeof(int))
            : operation.EndsWith(".countByBody", StringComparison.Ordinal) ? (typeof(Dictionary<string, string>), typeof(int))
            : (null, null);
    }
}
