// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;

namespace Tributary.Repository.Signatures;

internal sealed class SignatureOptions
{
    public const string SectionName = "Repository:Signatures";

    /// <summary>The accepted keys by name: ECDSA P-256 public keys as PEM. Default: none, and signed uploads are refused.</summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The collections whose files are served only when they are signed. Default: none.</summary>
    public IList<string> Required { get; } = [];
}

internal sealed class SignatureOptionsValidator : IValidateOptions<SignatureOptions>
{
    private const int KeyBits = 256;

    public ValidateOptionsResult Validate(string? name, SignatureOptions options)
    {
        var errors = new List<string>();
        foreach (var (key, pem) in options.Keys)
        {
            if (key.Contains(':', StringComparison.Ordinal) || !IsKey(pem))
            {
                errors.Add($"Repository:Signatures:Keys:{key} is no key; expected an ECDSA P-256 public key as PEM.");
            }
        }

        foreach (var collection in options.Required.Where(c => !RepositoryCollections.All.Contains(c, StringComparer.Ordinal)))
        {
            errors.Add($"Repository:Signatures:Required has '{collection}'; expected some of {string.Join(", ", RepositoryCollections.All)}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsKey(string pem)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return key.KeySize == KeyBits && key.ExportParameters(includePrivateParameters: false).Curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256";
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
