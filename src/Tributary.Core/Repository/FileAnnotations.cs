// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>What is kept beside a file, in its record.</summary>
/// <param name="Owner">Who stored it: the name of a token; null when nobody had to say.</param>
/// <param name="Scan">What a scan of its content found, as JSON; null when it has not been scanned.</param>
/// <param name="Signature">The name of the key whose signature it came with, and the signature in base64, with a colon between; null without one.</param>
public sealed record FileAnnotations(string? Owner = null, string? Scan = null, string? Signature = null)
{
    /// <summary>Nothing is kept.</summary>
    public static FileAnnotations None { get; } = new();
}

/// <summary>How much somebody has stored.</summary>
/// <param name="Files">How many records of files.</param>
/// <param name="Bytes">Their lengths together; equal contents count each time.</param>
public sealed record FileUsage(long Files, long Bytes);
