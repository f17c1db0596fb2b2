// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authentication;

/// <summary>The settings of client certificates.</summary>
public sealed class CertificatesSettings
{
    /// <summary>The authorities that may issue certificates: each a PEM text, or the path of a file with one. Default: none.</summary>
    public IList<string> Authorities { get; } = [];

    /// <summary>True to ask the authority whether a certificate was revoked. Default: false; a removed entry has the same effect.</summary>
    public bool CheckRevocation { get; set; }

    /// <summary>The certificates that are known. Default: none; one without an entry is refused.</summary>
    public IList<CertificateSettings> Entries { get; } = [];

    internal bool IsConfigured => Authorities.Count > 0;
}
