// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Core.Identity;

namespace Tributary.Hosting.Authentication;

/// <summary>The check of the settings of authentication. Its errors name settings, never a secret.</summary>
internal sealed class AuthenticationOptionsValidator(IConfiguration configuration) : IValidateOptions<AuthenticationOptions>
{
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options)
    {
        const string Section = AuthenticationOptions.SectionName;

        // A misspelled setting would otherwise leave the server open.
        List<string> errors =
        [
            .. SettingNames.FindFaults(configuration.GetSection(Section), typeof(AuthenticationOptions), new Dictionary<string, Type>()),
            .. PrincipalCheck.FindFaults(options.Tokens, $"{Section}:Tokens", t => [.. Check(t, options.AllowUnbound), .. PrincipalCheck.FindDigestFaults(nameof(t.Sha256), t.Sha256)]),
            .. PrincipalCheck.FindFaults(options.Basic.Users, $"{Section}:Basic:Users", u => [.. Check(u, options.AllowUnbound), .. PasswordHash.FindFaults(u.PasswordHash)]),
            .. PrincipalCheck.FindFaults(options.Certificates.Entries, $"{Section}:Certificates:Entries", c => [.. Check(c, options.AllowUnbound), .. Check(c)]),
            .. Check(options.Certificates).Select(error => $"{Section}:Certificates:{error}"),
            .. Check(options.Jwt).Select(error => $"{Section}:Jwt:{error}"),
        ];
        if (options.Scheme.Length == 0 || !options.Scheme.All(char.IsAsciiLetterOrDigit))
        {
            errors.Add($"{Section}:Scheme is '{options.Scheme}'; expected a word like Bearer.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Check(PrincipalSettings settings, bool allowUnbound)
    {
        foreach (var error in PrincipalCheck.FindFaults(settings))
        {
            yield return error;
        }

        if (settings.Roles.Count == 0 && settings.Collections.Count == 0)
        {
            yield return "Roles and Collections are empty; expected a role, or access to a collection.";
        }

        for (var i = 0; i < settings.Roles.Count; i++)
        {
            if (!RoleNames.TryParse(settings.Roles[i], out _))
            {
                yield return FormattableString.Invariant($"Roles:{i} is '{settings.Roles[i]}'; expected {RoleNames.Expected}.");
            }
        }

        foreach (var (collection, level) in settings.Collections)
        {
            if (Grants.FindFault(collection, level) is { } fault)
            {
                yield return $"Collections:{fault}";
            }
        }

        if (settings.ClientId is not null && !ClientId.TryParse(settings.ClientId, out _))
        {
            yield return $"ClientId is '{settings.ClientId}'; expected {ClientId.Expected}.";
        }

        if (settings.ClientId is null && !allowUnbound && RoleNames.Of(settings.Roles).HasFlag(Roles.Client))
        {
            yield return $"ClientId is missing, and the role is client; expected the id of a client, or {AuthenticationOptions.SectionName}:AllowUnbound.";
        }
    }

    private static IEnumerable<string> Check(CertificateSettings settings)
    {
        if (settings.Subject.Length == 0 && settings.Thumbprint.Length == 0)
        {
            yield return "Subject and Thumbprint are empty; expected one of them.";
        }

        foreach (var error in settings.Thumbprint.Length == 0 ? [] : PrincipalCheck.FindDigestFaults(nameof(settings.Thumbprint), settings.Thumbprint))
        {
            yield return error;
        }
    }

    private static IEnumerable<string> Check(CertificatesSettings settings)
    {
        for (var i = 0; i < settings.Authorities.Count; i++)
        {
            if (PemText.FindFault(settings.Authorities[i], PemText.ReadCertificates) is { } fault)
            {
                yield return FormattableString.Invariant($"Authorities:{i} {fault}");
            }
        }

        if (settings.Entries.Count > 0 && settings.Authorities.Count == 0)
        {
            yield return "Authorities is empty although there are Entries; expected the certificates of their authorities.";
        }
    }

    private static IEnumerable<string> Check(JwtSettings settings)
    {
        if (settings.Secret.Length > 0 && JwtKeys.Bytes(settings.Secret).Length < JwtKeys.MinSecretBytes)
        {
            yield return FormattableString.Invariant(
                $"Secret has {JwtKeys.Bytes(settings.Secret).Length} bytes; expected at least {JwtKeys.MinSecretBytes}.");
        }

        var hasFaults = false;
        for (var i = 0; i < settings.PublicKeys.Count; i++)
        {
            if (PemText.FindFault(settings.PublicKeys[i], JwtKeys.ReadPublicKey) is { } fault)
            {
                hasFaults = true;
                yield return FormattableString.Invariant($"PublicKeys:{i} {fault}");
            }
        }

        if (settings.Algorithm.Length > 0 && settings.IsConfigured && !hasFaults && !JwtKeys.AllowedAlgorithms(settings).Any())
        {
            yield return $"Algorithm is '{settings.Algorithm}', which fits none of the keys; expected {JwtKeys.Expected}.";
        }

        if (settings.ClockSkew < TimeSpan.Zero || settings.ClockSkew > MaxClockSkew)
        {
            yield return FormattableString.Invariant($"ClockSkew is {settings.ClockSkew}; expected 0 to {MaxClockSkew}.");
        }

        if (settings.Authority.Length > 0 && !JwtKeys.IsAuthority(settings.Authority))
        {
            yield return $"Authority is '{settings.Authority}'; expected https://HOST/…; http only for a loopback address.";
        }

        if (settings.Authority.Length > 0 && settings.Audience.Length == 0)
        {
            yield return "Audience is empty although there is an Authority, which issues tokens for others too; expected what its tokens name.";
        }

        if (settings.CustomClaimKey.Length == 0 != (settings.CustomClaimValue.Length == 0))
        {
            yield return "CustomClaimKey and CustomClaimValue count together; expected both or neither.";
        }
    }
}
