// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authentication;

/// <summary>The settings of a client certificate: which one, and whose it is.</summary>
public sealed class CertificateSettings : PrincipalSettings
{
    /// <summary>The subject, as in <c>CN=edge-7</c>. Default: none; then <see cref="Thumbprint"/> is needed.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The SHA-256 of the certificate in hexadecimal. Default: none.</summary>
    public string Thumbprint { get; set; } = "";
}
