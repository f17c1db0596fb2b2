// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Controller.Rest;
using Tributary.Hosting.Authorization;
using Tributary.Protocol.Fedn;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Models;

internal static class HelperEndpoints
{
    public static void MapHelpers(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/helpers").WithTags("helpers");
        group.MapGet("/active", GetAsync).WithName("helpers.getActive").Requires(Resource.Helpers, AccessAction.Read);
        group.MapPut("/active", SetAsync).WithName("helpers.setActive").Requires(Resource.Helpers, AccessAction.Write);
    }

    // FEDn's own API client takes 400, not 404, as "none is set".
    private static async Task<IResult> GetAsync(ActiveHelperSetting helper, CancellationToken cancellationToken) =>
        await helper.FindAsync(cancellationToken) is { } name ? Responses.Document(name) : Responses.Invalid("No active helper");

    private static async Task<IResult> SetAsync(HttpRequest request, ActiveHelperSetting helper, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadAsync(request, RestRequestJson.Default.SetHelperRequest, cancellationToken);
        if (body is null)
        {
            return Responses.Invalid(error!);
        }

        if (body.Helper is not { } name || !HelperFormats.Active.Contains(name))
        {
            return Responses.Invalid($"helper is '{body.Helper}'; expected one of {string.Join(", ", HelperFormats.Active)}");
        }

        await helper.SetAsync(name, cancellationToken);
        return Responses.Message(StatusCodes.Status200OK, "Active helper set");
    }
}
