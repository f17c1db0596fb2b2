// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Tls;

/// <summary>The settings of listeners with an address of https.</summary>
public sealed class TlsOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "Tls";

    /// <summary>
    /// The path of the certificate: PEM, followed by those of its issuers, or PFX. Default: empty, which allows no listener with TLS. A file whose
    /// content changes is read again within a second; connections that stand keep the certificate that they began with.
    /// </summary>
    public string Certificate { get; set; } = "";

    /// <summary>The path of the private key in PEM. Default: empty, meaning that the key is in the file of the certificate.</summary>
    public string Key { get; set; } = "";

    /// <summary>The password of the PFX file or of the encrypted key. Default: empty, for none.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// The certificates that clients present. Default: <see cref="ClientCertificateMode.None"/>. Whom a certificate stands for is a matter of
    /// authentication, which also checks who issued it.
    /// </summary>
    public ClientCertificateMode ClientCertificates { get; set; }
}

/// <summary>The demand for certificates of clients.</summary>
public enum ClientCertificateMode
{
    /// <summary>Clients are not asked for a certificate.</summary>
    None,

    /// <summary>Clients may present a certificate.</summary>
    Allow,

    /// <summary>A connection without a certificate fails.</summary>
    Require,
}

internal sealed class TlsOptionsValidator(IConfiguration configuration) : IValidateOptions<TlsOptions>
{
    public ValidateOptionsResult Validate(string? name, TlsOptions options)
    {
        List<string> errors = [.. SettingNames.FindFaults(configuration.GetSection(TlsOptions.SectionName), typeof(TlsOptions), new Dictionary<string, Type>())];
        if (!Enum.IsDefined(options.ClientCertificates))
        {
            errors.Add($"Tls:ClientCertificates is {options.ClientCertificates}; expected None, Allow or Require.");
        }

        if (options.Certificate.Length == 0)
        {
            if (options.Key.Length > 0 || options.ClientCertificates != ClientCertificateMode.None)
            {
                errors.Add("Tls:Certificate is empty although Tls:Key or Tls:ClientCertificates is set; expected the path of a certificate.");
            }
        }
        else
        {
            try
            {
                CertificateFile.Parse([.. CertificateFile.Paths(options).Select(File.ReadAllBytes)], options.Password).Dispose();
            }
            catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
            {
                errors.Add($"Tls:Certificate '{options.Certificate}' cannot be used: {error.Message}");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
