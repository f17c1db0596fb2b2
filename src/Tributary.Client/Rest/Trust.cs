// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.Client.Rest;

/// <summary>The TLS settings of connections to servers.</summary>
internal static class Trust
{
    /// <summary>Returns the settings that trust the given authorities alone, or those of the system without any.</summary>
    public static SslClientAuthenticationOptions Of(X509Certificate2Collection? authorities)
    {
        if (authorities is null)
        {
            return new SslClientAuthenticationOptions();
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }
}
