// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>A member of a zip archive on which its directory entry and its local header agree.</summary>
/// <param name="Entry">The entry in the directory.</param>
/// <param name="DataOffset">The offset of the content in the archive.</param>
public sealed record ZipMember(ZipEntry Entry, long DataOffset)
{
    /// <summary>Opens the content, inflated as it is read: forward only, and of whatever length it inflates to.</summary>
    /// <param name="source">The archive; it stays open.</param>
    /// <exception cref="InvalidDataException">The compression of the member is not supported.</exception>
    public Stream Open(ByteSource source) => Entry.UnsupportedCompression is { } other
        ? throw new InvalidDataException($"it has {other}")
        : Entry.IsDeflated ? new DeflateStream(Packed(source), CompressionMode.Decompress) : Packed(source);

    private SourceStream Packed(ByteSource source) => new(source, DataOffset, Entry.CompressedLength, leaveOpen: true);
}
