// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;

namespace Tributary.Repository.Signatures;

/// <summary>The detached signatures of files: ECDSA P-256 over the SHA-256 of a file, as DER or two 32-byte numbers, in base64.</summary>
internal sealed class FileSignatures(IOptions<SignatureOptions> options)
{
    public const string Header = "X-FL-Signature";

    private const int PlainBytes = 64;

    private readonly IReadOnlyList<(string Name, string Pem)> _keys = [.. options.Value.Keys.Select(k => (k.Key, k.Value))];
    private readonly HashSet<string> _required = [.. options.Value.Required];

    /// <summary>Returns the reason why a file may not be used for a document of a kind, by the current keys; null when it may.</summary>
    public string? FindObjection(RepositoryKind kind, RepositoryFile file)
    {
        string[] collections = [RepositoryCollections.Of(kind), RepositoryCollections.Of(file)];
        return collections.FirstOrDefault(_required.Contains) is { } collection && !IsSigned(file)
            ? $"The file is not signed with a key that is known, and {collection} are served only when they are"
            : null;
    }

    /// <summary>Returns true when files of documents of a kind have to be signed.</summary>
    public bool AreRequired(RepositoryKind kind) => _required.Contains(RepositoryCollections.Of(kind));

    /// <summary>Checks a request's signature and returns it as it is stored, null for none; false when no known key made it.</summary>
    public (bool IsRight, string? Signature) Check(HttpRequest request, string sha256)
    {
        if (request.Headers[Header].ToString() is not { Length: > 0 } text)
        {
            return (true, null);
        }

        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
        {
            return (false, null);
        }

        var signature = bytes.AsSpan(0, length);
        foreach (var (name, pem) in _keys)
        {
            if (Verify(pem, signature, sha256))
            {
                return (true, $"{name}:{Convert.ToBase64String(signature)}");
            }
        }

        return (false, null);
    }

    private bool IsSigned(RepositoryFile file)
    {
        if (file.Annotations.Signature?.Split(':', 2) is not [var name, var text])
        {
            return false;
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            && _keys.Any(key => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && Verify(key.Pem, bytes.AsSpan(0, length), file.Sha256));
    }

    private static bool Verify(string pem, ReadOnlySpan<byte> signature, string sha256)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var format = signature.Length == PlainBytes ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation : DSASignatureFormat.Rfc3279DerSequence;
        return key.VerifyHash(Convert.FromHexString(sha256), signature, format);
    }
}
