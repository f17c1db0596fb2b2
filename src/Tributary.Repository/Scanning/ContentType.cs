// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.IO.Compression;

namespace Tributary.Repository.Scanning;

/// <summary>The detection of a file's type from its first bytes, regardless of its name.</summary>
internal static class ContentType
{
    /// <summary>The number of leading bytes to inspect, enough to include the magic of a tar archive.</summary>
    public const int HeadBytes = 512;

    private const int TarMarkAt = 257;
    private const int LzmaHeaderBytes = 14;
    private const int MinLzmaDictionary = 4096;
    private const int MaxLzmaProperties = 9 * 5 * 5;

    public static bool IsArchive(ReadOnlySpan<byte> head) => head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8);

    public static bool IsArray(ReadOnlySpan<byte> head) => head is [0x93, ..] && head[1..].StartsWith("NUMPY"u8);

    /// <summary>Returns the name of a compression or archive format that is not scanned; null when the bytes are in none.</summary>
    public static string? FindPacking(ReadOnlySpan<byte> head) => head switch
    {
        [0x1F, 0x8B, 8, ..] => "gzip",
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, ..] => "bzip2",
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x17, 0x72, 0x45, 0x38, ..] => "bzip2",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "7z",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
        [0x04, 0x22, 0x4D, 0x18, ..] => "lz4",
        [var method, var flags, ..] when IsZlib(method, flags) && Inflates(head) => "zlib",
        { Length: >= LzmaHeaderBytes } when IsLzma(head) => "lzma",
        { Length: > TarMarkAt + 5 } when head[TarMarkAt..].StartsWith("ustar"u8) => "tar",
        _ => null,
    };

    /// <summary>Returns true for a zlib header (RFC 1950, 2.2): deflate, a window up to 32 KiB, no dictionary, a right check.</summary>
    private static bool IsZlib(byte method, byte flags) =>
        (method & 0x0F) == 8 && method >> 4 <= 7 && (flags & 0x20) == 0 && ((method << 8) + flags) % 31 == 0;

    /// <summary>Returns true when the bytes inflate: elements of arrays may look like a zlib header. Too few bytes do not fail.</summary>
    private static bool Inflates(ReadOnlySpan<byte> head)
    {
        try
        {
            using var unpacked = new ZLibStream(new MemoryStream(head.ToArray()), CompressionMode.Decompress);
            _ = unpacked.ReadByte();
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>
    /// Returns true for the header of the old LZMA format, which has no magic: properties, a dictionary of 2ⁿ or 2ⁿ + 2ⁿ⁻¹ bytes, a length
    /// that is unknown or up to 256 GiB, and the 0 with which the data begin.
    /// </summary>
    private static bool IsLzma(ReadOnlySpan<byte> head)
    {
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(head[1..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(head[5..]);
        var upper = dictionary & (dictionary - 1);
        return head[0] < MaxLzmaProperties
            && dictionary >= MinLzmaDictionary && (upper == 0 || dictionary - upper == upper / 2)
            && length is ulong.MaxValue or (> 0 and < 1UL << 38)
            && head[LzmaHeaderBytes - 1] == 0;
    }
}
