// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>One member of a zip file, as its directory entry and its local header agree on it.</summary>
/// <param name="Name">The name of the array: that of the member without <c>.npy</c>.</param>
/// <param name="IsDeflated">Deflated, or stored as it is.</param>
/// <param name="Crc">The CRC-32 of the inflated bytes.</param>
/// <param name="CompressedLength">The bytes in the file.</param>
/// <param name="Length">The bytes when inflated.</param>
/// <param name="DataOffset">Where the bytes start in the file.</param>
internal sealed record ZipMember(string Name, bool IsDeflated, uint Crc, long CompressedLength, long Length, long DataOffset)
{
    public SequentialBytes Open(ByteSource source) => IsDeflated ? new InflatedBytes(source, this) : new StoredBytes(source, DataOffset, Name);
}
