// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tributary.Hosting.Tls;

/// <summary>A certificate with its private key and the certificates of its issuers, from the contents of files.</summary>
internal sealed class CertificateFile : IDisposable
{
    private CertificateFile(X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate and its issuers in the form that handshakes take.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Returns the paths of the files: that of the certificate, then that of the key where it is another one.</summary>
    public static string[] Paths(TlsOptions options) => options.Key.Length > 0 ? [options.Certificate, options.Key] : [options.Certificate];

    /// <summary>Reads the contents of the files of <see cref="Paths"/>.</summary>
    /// <exception cref="CryptographicException">They are no certificate, have no key, or need another password.</exception>
    public static CertificateFile Parse(IReadOnlyList<byte[]> contents, string password)
    {
        if (contents[0].Length == 0)
        {
            throw new CryptographicException("the file is empty");
        }

        return X509Certificate2.GetCertContentType(contents[0]) == X509ContentType.Pfx ? ParsePfx(contents[0], password) : ParsePem(contents, password);
    }

    public void Dispose() => Certificate.Dispose();

    private static CertificateFile ParsePem(IReadOnlyList<byte[]> contents, string password)
    {
        var (text, key) = (Encoding.UTF8.GetString(contents[0]), Encoding.UTF8.GetString(contents[^1]));
        var certificate = password.Length > 0 ? X509Certificate2.CreateFromEncryptedPem(text, key, password) : X509Certificate2.CreateFromPem(text, key);
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPem(text);
        return new CertificateFile(certificate, issuers);
    }

    private static CertificateFile ParsePfx(byte[] content, string password)
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(content, password);
        var certificate = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("the file holds no certificate with a private key");
        return new CertificateFile(certificate, all);
    }
}
