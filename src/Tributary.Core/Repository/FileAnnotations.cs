// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Repository;

/// <summary>The annotations in the record of a file.</summary>
/// <param name="Owner">The name of the token that stored the file; null when no token was required.</param>
/// <param name="Scan">The findings of a scan of the content, as JSON; null when it has not been scanned.</param>
/// <param name="Signature">The name of the key that signed the file, a colon, and the signature in base64; null when unsigned.</param>
public sealed record FileAnnotations(
    [property: JsonPropertyName("owner")] string? Owner = null,
    [property: JsonPropertyName("scan")] string? Scan = null,
    [property: JsonPropertyName("signature")] string? Signature = null)
{
    public static FileAnnotations None { get; } = new();
}

/// <summary>The storage used by one owner.</summary>
/// <param name="Files">The number of file records.</param>
/// <param name="Bytes">The total length of the files in bytes; equal contents count each time.</param>
public sealed record FileUsage(long Files, long Bytes);
