// SPDX-License-Identifier: Apache-2.0

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Tributary.Core.Identity;

namespace Tributary.Hosting.Authentication;

/// <summary>The identity by which ASP.NET Core carries a principal.</summary>
internal sealed class PrincipalIdentity(Principal principal, string scheme) : ClaimsIdentity([new Claim(ClaimTypes.Name, principal.Name)], scheme)
{
    /// <summary>The sender of every request on a server that asks for no credentials.</summary>
    public static ClaimsPrincipal Anyone { get; } = new(new PrincipalIdentity(Principal.Anyone, Schemes.Any));

    /// <summary>The sender of a request to an endpoint that needs no authentication.</summary>
    public static ClaimsPrincipal Unauthenticated { get; } = new(new PrincipalIdentity(Principal.Unauthenticated, Schemes.Any));

    public Principal Principal => principal;

    /// <summary>The time from which on the credentials are refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The digest of a token of the data folder, which can be revoked; null for other credentials.</summary>
    public string? TokenSha256 { get; init; }

    /// <summary>Returns this identity, which does not change: a plain copy, as the cache of certificates makes, would be no principal.</summary>
    public override ClaimsIdentity Clone() => this;

    public AuthenticateResult ToResult() => AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(this), AuthenticationType!));
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
