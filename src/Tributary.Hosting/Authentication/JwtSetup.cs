// SPDX-License-Identifier: Apache-2.0

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authentication;

/// <summary>The setup of ASP.NET Core's scheme for JSON web tokens, and the principal that a token stands for.</summary>
internal sealed class JwtSetup(IOptions<AuthenticationOptions> options, TimeProvider time) : IConfigureNamedOptions<JwtBearerOptions>
{
    private const int MaxClaims = 100;
    private static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(5);

    private readonly JwtSettings _settings = options.Value.Jwt;

    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        if (name != Schemes.Jwt || !_settings.IsConfigured)
        {
            return;
        }

        if (_settings.Authority.Length > 0)
        {
            options.Authority = _settings.Authority;
            options.BackchannelTimeout = IssuerTimeout;
            options.RequireHttpsMetadata = _settings.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
        }

        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.IncludeErrorDetails = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new JsonWebTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = CredentialHeader.MaxCharacters });
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = [.. JwtKeys.AllowedAlgorithms(_settings)],
            IssuerSigningKeys = [.. JwtKeys.ReadAll(_settings)],
            ValidateIssuerSigningKey = true,
            ValidateIssuer = _settings.Issuer.Length > 0 || _settings.Authority.Length > 0,
            ValidIssuer = _settings.Issuer.Length > 0 ? _settings.Issuer : null,
            ValidateAudience = _settings.Audience.Length > 0,
            ValidAudience = _settings.Audience.Length > 0 ? _settings.Audience : null,
            RequireExpirationTime = true,
            LifetimeValidator = CheckLifetime,
        };
        options.Events = new JwtBearerEvents { OnMessageReceived = ReceiveAsync, OnTokenValidated = AcceptAsync, OnAuthenticationFailed = FailAsync };
    }

    private Task ReceiveAsync(MessageReceivedContext context)
    {
        context.Token = CredentialHeader.Read(context.Request, options.Value.Scheme).Secret;
        return Task.CompletedTask;
    }

    private Task AcceptAsync(TokenValidatedContext context)
    {
        var (principal, reason) = Read(context.Principal!);
        if (principal is null)
        {
            context.Fail(new CredentialException(reason));
        }
        else
        {
            var end = context.SecurityToken.ValidTo;
            DateTimeOffset? expires = end < DateTime.MaxValue - _settings.ClockSkew ? new DateTimeOffset(end, TimeSpan.Zero) + _settings.ClockSkew : null;
            context.Principal = new(new PrincipalIdentity(principal, Schemes.Jwt) { ExpiresAt = expires });
        }

        return Task.CompletedTask;
    }

    /// <summary>Tells a wrong token from one that cannot be checked, because the keys of its issuer could not be fetched.</summary>
    private static async Task FailAsync(AuthenticationFailedContext context)
    {
        if (context.Options.ConfigurationManager is not { } issuer)
        {
            return;
        }

        try
        {
            await issuer.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            context.Fail(new CredentialException(new Refusal(RefusalReason.IssuerUnavailable) { Cause = error.GetBaseException().Message }));
        }
    }

    private (Principal? Principal, RefusalReason Reason) Read(ClaimsPrincipal user)
    {
        var (subject, id) = (user.FindFirstValue(_settings.SubjectClaim), user.FindFirstValue(_settings.ClientIdClaim));
        var bound = id ?? subject;
        var name = Schemes.JwtPrefix + (subject ?? id);
        if (user.Claims.Take(MaxClaims + 1).Count() > MaxClaims || name.Length > Principal.MaxNameCharacters || name.Any(char.IsControl)
            || (bound is not null && !ClientId.TryParse(bound, out _)))
        {
            return (null, RefusalReason.InvalidToken);
        }

        if (_settings.CustomClaimKey.Length > 0 && !user.HasClaim(_settings.CustomClaimKey, _settings.CustomClaimValue))
        {
            // A valid token without permission for anything.
            return (new Principal { Name = name }, default);
        }

        var roles = RoleNames.Of(user.FindAll(_settings.RoleClaim).Select(claim => claim.Value));
        return (new Principal
        {
            Name = name,
            Roles = roles,
            Client = bound is not null && roles.HasFlag(Roles.Client) ? ClientId.Parse(bound) : null,
            Grants = Grants.Of(Grants.Split(user.FindAll(_settings.CollectionsClaim).Select(claim => claim.Value))),
        }, default);
    }

    /// <summary>Checks the times of a token by the server's clock.</summary>
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is null)
        {
            throw new SecurityTokenNoExpirationException("The token has no time of expiry.");
        }

        if (notBefore > now + _settings.ClockSkew)
        {
            throw new SecurityTokenNotYetValidException("The token is not valid yet.");
        }

        return expires > now - _settings.ClockSkew ? true : throw new SecurityTokenExpiredException("The token has expired.");
    }
}
