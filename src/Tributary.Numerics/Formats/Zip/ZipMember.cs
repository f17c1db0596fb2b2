// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>One member of a zip archive, as its directory entry and its local header agree on it.</summary>
/// <param name="Entry">The directory's entry.</param>
/// <param name="DataOffset">Where the bytes start in the archive.</param>
public sealed record ZipMember(ZipEntry Entry, long DataOffset)
{
    /// <summary>Opens the content, inflated as it is read: forward only, and of whatever length it inflates to.</summary>
    /// <param name="source">The archive; it stays open.</param>
    /// <exception cref="InvalidDataException">The member has a compression that is not supported.</exception>
    public Stream Open(ByteSource source) => Entry.UnsupportedCompression is { } other
        ? throw new InvalidDataException($"it has {other}")
        : Entry.IsDeflated
            ? new DeflateStream(new SourceStream(source, DataOffset, Entry.CompressedLength), CompressionMode.Decompress)
            : new SourceStream(source, DataOffset, Entry.CompressedLength);
}
