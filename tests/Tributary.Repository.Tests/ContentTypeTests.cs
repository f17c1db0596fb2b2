// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>What loaders of Python unpack by themselves; the bytes were written by Python's lzma, bz2 and zlib.</summary>
public sealed class ContentTypeTests
{
    [Theory]
    [InlineData("5d00008000ffffffffffffffff00319bcac6b27c65dfdf91599fb1d67d4ca2a7fabf2695de9631ffff92900000", "lzma")]
    [InlineData("5d0000000414000000000000000031", "lzma")]
    [InlineData("425a683917724538509000000000425a683931415926535938b578d8", "bzip2")]
    [InlineData("425a6831314159265359", "bzip2")]
    [InlineData("18d34bce2fe62aae2c2e49cde5d20856aa50e22a09d2030047cf0634", "zlib")]
    [InlineData("789c000000ffff000000ffff", "zlib")]
    public void FindPacking_Packed_IsNamed(string bytes, string packing) => Assert.Equal(packing, ContentType.FindPacking(Convert.FromHexString(bytes)));

    [Theory]
    [InlineData("")]
    [InlineData("78")]
    [InlineData("0000004000000000000000000000000000")] // float32: 2, 0, 0, 0
    [InlineData("0000004000000040000000400000004000")] // float32: 2, 2, 2, 2
    [InlineData("0000803f0000803f0000803f0000803f00")] // float32: 1, 1, 1, 1
    [InlineData("0000100000000000000000000000000000")] // int32: 1048576, 0, 0, 0
    [InlineData("789cffffffffffffffffffffffffffffff")]
    [InlineData("789d000000ffff")]
    [InlineData("425a6830314159265359")]
    public void FindPacking_NotPacked_IsNull(string bytes) => Assert.Null(ContentType.FindPacking(Convert.FromHexString(bytes)));
}
