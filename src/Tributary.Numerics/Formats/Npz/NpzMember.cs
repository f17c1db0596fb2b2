// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Tributary.Numerics.Formats.Zip;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>A member to write. Offset, checksum and compressed length become known one after the other.</summary>
internal sealed record NpzMember(byte[] Name, byte[] NpyHeader, uint Crc, long CompressedLength, long Length, long Offset)
{
    public bool HasLongLengths => Math.Max(Length, CompressedLength) >= uint.MaxValue;

    public bool HasLongOffset => Offset >= uint.MaxValue;

    public int LocalExtraLength => HasLongLengths ? 20 : 0;

    public int DirectoryExtraLength => HasLongLengths || HasLongOffset ? 4 + (HasLongLengths ? 16 : 0) + (HasLongOffset ? 8 : 0) : 0;

    public ushort Version => HasLongLengths || HasLongOffset ? ZipFields.Version45 : ZipFields.Version20;

    public ushort Flags => Ascii.IsValid(Name) ? (ushort)0 : ZipFields.Utf8Flag;
}
