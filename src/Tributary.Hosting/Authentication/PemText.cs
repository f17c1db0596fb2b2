// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Core;

namespace Tributary.Hosting.Authentication;

/// <summary>Settings that are a PEM text, or the path of a file with one.</summary>
internal static class PemText
{
    /// <summary>Returns the text.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Read(string setting) => setting.Contains("-----BEGIN", StringComparison.Ordinal) ? setting : File.ReadAllText(setting);

    /// <summary>Returns the certificates of a text, at least one.</summary>
    /// <exception cref="CryptographicException">The text holds no certificate.</exception>
    public static X509Certificate2Collection ReadCertificates(string setting)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(Read(setting));
        return certificates.Count > 0 ? certificates : throw new CryptographicException("There is no certificate in it.");
    }

    /// <summary>Returns what is wrong with a setting, without its text; null when it can be read.</summary>
    public static string? FindFault<T>(string setting, Func<string, T> read)
    {
        try
        {
            read(setting);
            return null;
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            return $"cannot be used: {ExceptionText.Describe(unreadable)}";
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return "is neither a PEM text nor the path of a file that can be read.";
        }
    }
}
