// SPDX-License-Identifier: Apache-2.0

using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;
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

        var (identity, reason) = await tokens.FindAsync(header.Secret, Context.RequestAborted);
        return identity?.ToResult()
            ?? (header.Kind == CredentialKind.Basic && users.Exist ? await CheckPasswordAsync(header) : Fail(new Refusal(reason)));
    }

    /// <summary>
    /// Checks a password: one at a time, and a wrong one is counted before the next is looked at, so that a burst tries no more than the limit.
    /// </summary>
    private async Task<AuthenticateResult> CheckPasswordAsync(CredentialHeader header)
    {
        if (users.Recall(header.User, header.Secret) is { } known)
        {
            return Accept(known);
        }

        using var turn = await rates.WaitForPasswordCheckAsync(Context);
        if (turn.Refusal is { } refused)
        {
            return Fail(refused);
        }

        if (users.Verify(header.User, header.Secret) is { } principal)
        {
            return Accept(principal);
        }

        var refusal = rates.CountFailure(Context) ?? new Refusal(RefusalReason.InvalidToken);
        return AuthenticateResult.Fail(new CredentialException(refusal) { IsCounted = true });
    }

    private AuthenticateResult Accept(Principal principal) => new PrincipalIdentity(principal, Scheme.Name).ToResult();

    private static AuthenticateResult Fail(Refusal refusal) => AuthenticateResult.Fail(new CredentialException(refusal));
}
