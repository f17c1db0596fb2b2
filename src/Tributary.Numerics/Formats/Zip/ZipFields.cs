// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats.Zip;

/// <summary>The numbers of the zip format that reading and writing share.</summary>
internal static class ZipFields
{
    public const uint LocalHeader = 0x04034B50;
    public const uint DirectoryEntry = 0x02014B50;
    public const uint DirectoryEnd = 0x06054B50;
    public const uint Zip64DirectoryEnd = 0x06064B50;
    public const uint Zip64Locator = 0x07064B50;

    public const int LocalHeaderLength = 30;
    public const int DirectoryEntryLength = 46;
    public const int DirectoryEndLength = 22;
    public const int Zip64DirectoryEndLength = 56;
    public const int Zip64LocatorLength = 20;

    public const ushort Version20 = 20;
    public const ushort Version45 = 45;

    public const ushort Zip64Extra = 1;
    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    public const ushort EncryptedFlag = 1 << 0;
    public const ushort DataDescriptorFlag = 1 << 3;
    public const ushort PatchFlag = 1 << 5;
    public const ushort StrongEncryptionFlag = 1 << 6;
    public const ushort Utf8Flag = 1 << 11;
    public const ushort MaskedHeaderFlag = 1 << 13;

    /// <summary>Midnight on 1 January 1980 in MS-DOS format, with the time in the low half.</summary>
    public const uint FixedTimestamp = 0x0021_0000;
}
