// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Formats.Npy;

namespace Tributary.Numerics.Tests.Formats;

public sealed class NpyLengthTests
{
    [Theory]
    [InlineData("<f4", "(1000, 1000)", 4_000_000)]
    [InlineData("|b1", "(3,)", 3)]
    [InlineData(">i8", "()", 8)]
    [InlineData("<f8", "(0, 5)", 0)]
    [InlineData("<c16", "(2,)", 32)]
    [InlineData("|V2", "(2, 3)", 12)]
    [InlineData("|S5", "(2,)", 10)]
    [InlineData("<U5", "(2,)", 40)]
    [InlineData("<M8[ns]", "(2,)", 16)]
    public void Find_TypeWhoseSizeIsKnown_CountsHeaderAndElements(string descriptor, string shape, long elements)
    {
        var file = NpyTests.File($"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': {shape}, }}", "");
        Assert.Equal(file.Length + elements, NpyLength.Find(file));
        Assert.Null(NpyLength.Find(file.AsSpan(0, file.Length - 1)));
    }

    [Theory]
    [InlineData("'|O'", "(2,)")]
    [InlineData("'<f'", "(2,)")]
    [InlineData("'<f-4'", "(2,)")]
    [InlineData("'<x4'", "(2,)")]
    [InlineData("''", "(2,)")]
    [InlineData("[('a', '<f4')]", "(2,)")]
    [InlineData("'<f8'", "(4000000000, 4000000000)")]
    public void Find_LengthThatTheHeaderDoesNotTell_IsNull(string descriptor, string shape) =>
        Assert.Null(NpyLength.Find(NpyTests.File($"{{'descr': {descriptor}, 'fortran_order': False, 'shape': {shape}, }}", "")));

    [Fact]
    public void Find_OtherBytes_IsNull() => Assert.Null(NpyLength.Find("PK\u0003\u0004 and some more"u8));
}
