// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.Testing;

/// <summary>An authority that issues certificates for tests.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Since = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly DateTimeOffset Until = Since.AddYears(50);

    public TestAuthority(string name = "Test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        Certificate = request.CreateSelfSigned(Since, Until);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Issues a certificate for 127.0.0.1 and localhost, with its private key, as the text of a file.</summary>
    public string IssuePem(string name)
    {
        using var certificate = Issue(name);
        using var key = certificate.GetECDsaPrivateKey()!;
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>Issues a certificate for 127.0.0.1 and localhost, with its private key, which has expired where <paramref name="until"/> is past.</summary>
    public X509Certificate2 Issue(string name, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(8);

        // A serial number is positive.
        serial[0] &= 0x7F;
        using var issued = request.Create(Certificate, Since, until ?? Until, serial);
        using var own = issued.CopyWithPrivateKey(key);

        // A key that lives in memory alone cannot be used for TLS everywhere.
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose() => Certificate.Dispose();
}
