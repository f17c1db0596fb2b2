// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authentication.Certificate;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authentication;

/// <summary>The setup of ASP.NET Core's scheme for client certificates, and the principal that a certificate stands for.</summary>
internal sealed class CertificateSetup(IOptions<AuthenticationOptions> options) : IConfigureNamedOptions<CertificateAuthenticationOptions>
{
    private readonly CertificatesSettings _settings = options.Value.Certificates;

    public void Configure(CertificateAuthenticationOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, CertificateAuthenticationOptions options)
    {
        if (name != Schemes.Certificate || !_settings.IsConfigured)
        {
            return;
        }

        options.AllowedCertificateTypes = CertificateTypes.Chained;
        options.ChainTrustValidationMode = X509ChainTrustMode.CustomRootTrust;
        options.RevocationMode = _settings.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;
        foreach (var authority in _settings.Authorities)
        {
            options.CustomTrustStore.AddRange(PemText.ReadCertificates(authority));
        }

        options.Events = new CertificateAuthenticationEvents { OnCertificateValidated = AcceptAsync };
    }

    private Task AcceptAsync(CertificateValidatedContext context)
    {
        if (Find(context.ClientCertificate) is { } principal)
        {
            context.Principal = new(new PrincipalIdentity(principal, Schemes.Certificate) { ExpiresAt = context.ClientCertificate.NotAfter });
            context.Success();
        }
        else
        {
            context.Fail(new CredentialException(RefusalReason.InvalidToken));
        }

        return Task.CompletedTask;
    }

    private Principal? Find(X509Certificate2 certificate)
    {
        var thumbprint = certificate.GetCertHash(HashAlgorithmName.SHA256);
        return _settings.Entries.FirstOrDefault(entry =>
            (entry.Thumbprint.Length == 0 || CryptographicOperations.FixedTimeEquals(Convert.FromHexString(entry.Thumbprint), thumbprint))
            && (entry.Subject.Length == 0 || entry.Subject.Equals(certificate.Subject, StringComparison.OrdinalIgnoreCase)))?.ToPrincipal(Schemes.CertificatePrefix);
    }
}
