// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Controller.Rest;

namespace Tributary.Controller.Models;

/// <summary>Which helper is active.</summary>
internal static class HelperEndpoints
{
    public static void MapHelpers(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/helpers").WithTags("helpers");
        group.MapGet("/active", GetAsync).WithName("helpers.getActive");
        group.MapPut("/active", SetAsync).WithName("helpers.setActive");
    }

    // FEDn's own API client takes 400, not 404, as "none is set".
    private static async Task<IResult> GetAsync(ActiveHelper helper, CancellationToken cancellationToken) =>
        await helper.FindAsync(cancellationToken) is { } name ? Responses.Document(JsonValue.Create(name)) : Responses.Invalid("No active helper");

    private static async Task<IResult> SetAsync(HttpRequest request, ActiveHelper helper, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadObjectAsync(request, cancellationToken);
        if (error is not null)
        {
            return Responses.Invalid(error);
        }

        using (body)
        {
            var name = body!.RootElement.Text("helper");
            if (name is null || !ActiveHelper.Names.Contains(name))
            {
                return Responses.Invalid($"helper is '{name}'; expected one of {string.Join(", ", ActiveHelper.Names)}");
            }

            await helper.SetAsync(name, cancellationToken);
            return Responses.Message(StatusCodes.Status200OK, "Active helper set");
        }
    }
}
