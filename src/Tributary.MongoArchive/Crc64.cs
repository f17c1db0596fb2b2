// SPDX-License-Identifier: Apache-2.0

namespace Tributary.MongoArchive;

/// <summary>The CRC-64/XZ checksum (reflected ECMA-182 polynomial), whose check value for <c>123456789</c> is 995DC9BBDF1939FA.</summary>
internal static class Crc64
{
    private const ulong Polynomial = 0xC96C5795D7870F42;

    private static readonly ulong[] Table = MakeTable();

    /// <summary>Returns the checksum of the bytes of <paramref name="before"/>, 0 for none, and of <paramref name="bytes"/>.</summary>
    public static ulong Append(ulong before, ReadOnlySpan<byte> bytes)
    {
        var crc = ~before;
        foreach (var value in bytes)
        {
            crc = Table[(byte)crc ^ value] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static ulong[] MakeTable()
    {
        var table = new ulong[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }

            table[i] = crc;
        }

        return table;
    }
}
