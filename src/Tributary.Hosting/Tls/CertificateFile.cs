// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.Hosting.Tls;

/// <summary>A certificate with its private key and the certificates of its issuers, read from files.</summary>
internal sealed class CertificateFile : IDisposable
{
    private CertificateFile(X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate as connections are offered it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <exception cref="CryptographicException">A file holds no certificate, no key, or one that needs another password.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static CertificateFile Read(TlsOptions options) =>
        X509Certificate2.GetCertContentType(options.Certificate) == X509ContentType.Pfx ? ReadPfx(options) : ReadPem(options);

    public void Dispose() => Certificate.Dispose();

    private static CertificateFile ReadPem(TlsOptions options)
    {
        var key = options.Key.Length > 0 ? options.Key : options.Certificate;
        var certificate = options.Password.Length > 0
            ? X509Certificate2.CreateFromEncryptedPemFile(options.Certificate, options.Password, key)
            : X509Certificate2.CreateFromPemFile(options.Certificate, key);
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPemFile(options.Certificate);
        return new CertificateFile(certificate, issuers);
    }

    private static CertificateFile ReadPfx(TlsOptions options)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(options.Certificate, options.Password);
        var certificate = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("the file holds no certificate with a private key");
        return new CertificateFile(certificate, all);
    }
}
