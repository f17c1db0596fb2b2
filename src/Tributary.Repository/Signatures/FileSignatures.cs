// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;
using Tributary.Repository.Access;

namespace Tributary.Repository.Signatures;

/// <summary>Detached signatures: ECDSA P-256 over the SHA-256 of a file, as DER or as two numbers of 32 bytes, in base64.</summary>
internal sealed class FileSignatures(IOptions<SignatureOptions> options)
{
    public const string Header = "X-FL-Signature";

    private const int PlainBytes = 64;

    private readonly IReadOnlyList<(string Name, string Pem)> _keys = [.. options.Value.Keys.Select(k => (k.Key, k.Value))];
    private readonly HashSet<string> _required = [.. options.Value.Required];

    /// <summary>Why a file may not be used; null when it may.</summary>
    public string? FindObjection(RepositoryFile file) => file.Notes.Signature is null && _required.Contains(Collections.Of(file))
        ? $"The file is not signed, and {Collections.Of(file)} are served only when they are"
        : null;

    /// <summary>What is kept of the signature that comes with a file; false when it is nobody's, null when there is none.</summary>
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
        var format = length == PlainBytes ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation : DSASignatureFormat.Rfc3279DerSequence;
        var digest = Convert.FromHexString(sha256);
        foreach (var (name, pem) in _keys)
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            if (key.VerifyHash(digest, signature, format))
            {
                return (true, $"{name}:{Convert.ToBase64String(signature)}");
            }
        }

        return (false, null);
    }
}
