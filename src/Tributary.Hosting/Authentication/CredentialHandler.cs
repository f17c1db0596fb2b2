// SPDX-License-Identifier: Apache-2.0

using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Hosting.RateLimits;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authentication;

/// <summary>The scheme of tokens and of HTTP Basic, whose password is that of a user or a token.</summary>
internal sealed class CredentialHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> monitor,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<AuthenticationOptions> options,
    ApiTokens tokens,
    UserPasswords users,
    RequestRates rates)
    : AuthenticationHandler<AuthenticationSchemeOptions>(monitor, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = CredentialHeader.Read(Request, options.Value.Scheme);
        switch (header.Kind)
        {
            case CredentialKind.None:
                return AuthenticateResult.NoResult();
            case CredentialKind.Other:
                return Fail(new Refusal(RefusalReason.WrongScheme, $"Invalid token scheme, expected {options.Value.Scheme}"));
            case CredentialKind.Unreadable:
                return Fail(new Refusal(RefusalReason.InvalidToken));
        }

        var (principal, reason) = await tokens.FindAsync(header.Secret, Context.RequestAborted);
        if (principal is null && header.Kind == CredentialKind.Basic && users.Exist)
        {
            principal = users.Recall(header.User, header.Secret);
            if (principal is null && rates.FindFailures(Context) is { } tooMany)
            {
                return Fail(tooMany);
            }

            principal ??= users.Verify(header.User, header.Secret);
        }

        return principal is null ? Fail(new Refusal(reason)) : PrincipalIdentity.ToResult(principal, Scheme.Name);
    }

    private static AuthenticateResult Fail(Refusal refusal) => AuthenticateResult.Fail(new CredentialException(refusal));
}
