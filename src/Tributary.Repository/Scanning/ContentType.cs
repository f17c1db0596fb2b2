// SPDX-License-Identifier: Apache-2.0

using System.IO.Compression;

namespace Tributary.Repository.Scanning;

/// <summary>What bytes are by their begin; what they are called does not matter.</summary>
internal static class ContentType
{
    /// <summary>As many as the mark of a tar archive needs.</summary>
    public const int HeadBytes = 512;

    private const int TarMarkAt = 257;

    public static bool IsArchive(ReadOnlySpan<byte> head) => head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8);

    public static bool IsArray(ReadOnlySpan<byte> head) => head is [0x93, ..] && head[1..].StartsWith("NUMPY"u8);

    /// <summary>What is packed in a way that is not looked into; null when it is not packed.</summary>
    public static string? FindPacking(ReadOnlySpan<byte> head) => head switch
    {
        [0x1F, 0x8B, 8, ..] => "gzip",
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, ..] => "bzip2",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "7z",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
        [0x04, 0x22, 0x4D, 0x18, ..] => "lz4",
        [0x78, 0x01 or 0x5E or 0x9C or 0xDA, ..] when Inflates(head) => "zlib",
        { Length: > TarMarkAt + 5 } when head[TarMarkAt..].StartsWith("ustar"u8) => "tar",
        _ => null,
    };

    /// <summary>The mark of zlib is short, and elements of arrays may look like it.</summary>
    private static bool Inflates(ReadOnlySpan<byte> head)
    {
        try
        {
            using var unpacked = new ZLibStream(new MemoryStream(head.ToArray()), CompressionMode.Decompress);
            return unpacked.ReadByte() >= 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
