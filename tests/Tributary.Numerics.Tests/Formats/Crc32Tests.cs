// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Tributary.Numerics.Formats;

namespace Tributary.Numerics.Tests.Formats;

public sealed class Crc32Tests
{
    [Fact]
    public void Of_KnownTexts_IsTheZipChecksum()
    {
        Assert.Equal(0u, Crc32.Of([]));
        Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));
        Assert.Equal(0x414FA339u, Crc32.Of(Encoding.ASCII.GetBytes("The quick brown fox jumps over the lazy dog")));
    }

    [Fact]
    public void Append_AnyLengthAndSplit_EqualsTheBitwiseDefinition()
    {
        var bytes = new byte[1111];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length += length < 300 ? 1 : 37)
        {
            var expected = Bitwise(bytes.AsSpan(0, length));
            Assert.Equal(expected, Crc32.Of(bytes.AsSpan(0, length)));
            Assert.Equal(expected, ~Crc32.AppendByTables(uint.MaxValue, bytes.AsSpan(0, length)));

            var split = default(Crc32);
            split.Append(bytes.AsSpan(0, length / 3));
            split.Append(bytes.AsSpan(length / 3, length - (length / 3)));
            Assert.Equal(expected, split.Value);
        }
    }

    private static uint Bitwise(ReadOnlySpan<byte> bytes)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register & 1) != 0 ? (register >> 1) ^ 0xEDB88320 : register >> 1;
            }
        }

        return ~register;
    }
}
