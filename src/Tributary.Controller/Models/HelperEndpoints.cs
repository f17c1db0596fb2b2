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
    private static async Task<IResult> GetAsync(HelperChoice helper, CancellationToken cancellationToken) =>
        await helper.FindAsync(cancellationToken) is { } name ? Answers.Document(JsonValue.Create(name)) : Answers.Invalid("No active helper");

    private static async Task<IResult> SetAsync(HttpRequest request, HelperChoice helper, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadObjectAsync(request, cancellationToken);
        if (error is not null)
        {
            return Answers.Invalid(error);
        }

        using (body)
        {
            var name = body!.RootElement.Text("helper");
            if (name is null || !HelperChoice.Names.Contains(name))
            {
                return Answers.Invalid($"helper is '{name}'; expected one of {string.Join(", ", HelperChoice.Names)}");
            }

            await helper.SetAsync(name, cancellationToken);
            return Answers.Message(StatusCodes.Status200OK, "Active helper set");
        }
    }
}
