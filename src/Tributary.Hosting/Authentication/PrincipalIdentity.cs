// SPDX-License-Identifier: Apache-2.0

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Tributary.Core.Identity;

namespace Tributary.Hosting.Authentication;

/// <summary>The identity by which ASP.NET Core carries a principal.</summary>
internal sealed class PrincipalIdentity(Principal principal, string scheme) : ClaimsIdentity([new Claim(ClaimTypes.Name, principal.Name)], scheme)
{
    public Principal Principal => principal;

    public static ClaimsPrincipal ToUser(Principal principal, string scheme) => new(new PrincipalIdentity(principal, scheme));

    public static AuthenticateResult ToResult(Principal principal, string scheme) =>
        AuthenticateResult.Success(new AuthenticationTicket(ToUser(principal, scheme), scheme));
}

/// <summary>The access to the principal of a request.</summary>
public static class PrincipalExtensions
{
    /// <summary>Returns the sender of a request; on an endpoint that needs no authentication, <see cref="Principal.Unauthenticated"/>.</summary>
    public static Principal GetPrincipal(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (context.User.Identity as PrincipalIdentity)?.Principal ?? Principal.Unauthenticated;
    }
}
