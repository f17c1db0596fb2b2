// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Tributary.Hosting.Authentication;

/// <summary>The keys of JSON web tokens, and the algorithms that fit them.</summary>
/// <remarks>
/// The algorithm follows from the key, never from the token: <c>none</c> fits no key, and a public key cannot be taken for the secret of an HMAC.
/// </remarks>
internal static class JwtKeys
{
    public const int MinSecretBytes = 32;
    public const string Expected = "HS256, HS384 or HS512 with a secret, RS… or PS… with an RSA key, ES256, ES384 or ES512 with the key of that curve";
    private const int MinRsaBits = 2048;

    private static readonly string[] Hmac = ["HS256", "HS384", "HS512"];
    private static readonly string[] Rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    private static readonly string[] Ecdsa = ["ES256", "ES384", "ES512"];

    public static byte[] Bytes(string secret) => Encoding.UTF8.GetBytes(secret);

    /// <summary>Returns the public key of a PEM text or file.</summary>
    /// <exception cref="CryptographicException">It is none, or too short.</exception>
    public static AsymmetricSecurityKey ReadPublicKey(string setting)
    {
        var pem = PemText.Read(setting);
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != "PUBLIC KEY")
        {
            throw new CryptographicException("Expected one PEM block, PUBLIC KEY.");
        }

        var key = PublicKey.CreateFromSubjectPublicKeyInfo(Convert.FromBase64String(pem[fields.Base64Data]), out _);
        if (key.GetRSAPublicKey() is { } rsa)
        {
            return rsa.KeySize >= MinRsaBits
                ? new RsaSecurityKey(rsa)
                : throw new CryptographicException(FormattableString.Invariant($"The RSA key has {rsa.KeySize} bits; expected at least {MinRsaBits}."));
        }

        return key.GetECDsaPublicKey() is { } ecdsa
            ? new ECDsaSecurityKey(ecdsa)
            : throw new CryptographicException("Expected an RSA key, or one of the curves P-256, P-384 and P-521.");
    }

    /// <summary>Returns the keys with which tokens may be signed, besides those of an authority.</summary>
    public static IEnumerable<SecurityKey> ReadAll(JwtSettings settings) =>
        settings.PublicKeys.Select(SecurityKey (key) => ReadPublicKey(key))
            .Concat(settings.Secret.Length > 0 ? [new SymmetricSecurityKey(Bytes(settings.Secret))] : []);

    /// <summary>Returns the algorithms that are accepted.</summary>
    public static IEnumerable<string> AllowedAlgorithms(JwtSettings settings)
    {
        var fitting = settings.PublicKeys.SelectMany(key => Of(ReadPublicKey(key)))
            .Concat(settings.Authority.Length > 0 ? [.. Rsa, .. Ecdsa] : [])
            .Concat(settings.Secret.Length == 0 ? [] : settings.Algorithm.Length == 0 ? [Hmac[0]] : Hmac);
        return fitting.Where(algorithm => settings.Algorithm.Length == 0 || algorithm == settings.Algorithm).Distinct(StringComparer.Ordinal);
    }

    public static bool IsAuthority(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static string[] Of(SecurityKey key) => key switch
    {
        RsaSecurityKey => Rsa,
        ECDsaSecurityKey { KeySize: 256 } => [Ecdsa[0]],
        ECDsaSecurityKey { KeySize: 384 } => [Ecdsa[1]],
        ECDsaSecurityKey { KeySize: 521 } => [Ecdsa[2]],
        _ => [],
    };
}
