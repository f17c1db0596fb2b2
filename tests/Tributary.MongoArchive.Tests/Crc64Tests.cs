// SPDX-License-Identifier: Apache-2.0

namespace Tributary.MongoArchive.Tests;

public sealed class Crc64Tests
{
    [Fact]
    public void Append_StandardText_IsThatOfTheReflectedVariant()
    {
        Assert.Equal(0x995DC9BBDF1939FAUL, Crc64.Append(0, "123456789"u8));
        Assert.Equal(0x995DC9BBDF1939FAUL, Crc64.Append(Crc64.Append(0, "1234"u8), "56789"u8));
        Assert.Equal(0UL, Crc64.Append(0, []));
    }
}
