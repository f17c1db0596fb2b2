// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authorization;

/// <summary>The decision of ASP.NET Core's authorisation by the table of access, and the answer to a caller that may not.</summary>
internal sealed class AccessHandler(IOptions<AuthenticationOptions> options) : AuthorizationHandler<AccessRequirement>, IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var requirement = policy.Requirements.OfType<AccessRequirement>().Single();
        var principal = context.GetPrincipal();
        var reason = AccessTable.FindObjection(principal, requirement, options.Value.AllowUnbound) ?? RefusalReason.Forbidden;
        var refusal = reason == RefusalReason.Forbidden && requirement.Collection is { } collection
            ? CollectionRefusal.Of(principal, requirement.Level, collection)
            : new Refusal(reason);
        return refusal.ExecuteAsync(context);
    }

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (context.Resource is HttpContext http && AccessTable.FindObjection(http.GetPrincipal(), requirement, options.Value.AllowUnbound) is null)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>The refusal of access to a collection of the repository, or to one of its files.</summary>
public static class CollectionRefusal
{
    /// <summary>Returns the refusal for a principal that lacks a level in a collection.</summary>
    public static Refusal Of(Principal principal, AccessLevel level, string collection)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return new(RefusalReason.Forbidden, $"The token '{principal.Name}' has not the role {level.ToText()} in {collection}");
    }
}
