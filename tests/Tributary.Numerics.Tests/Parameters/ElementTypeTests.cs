// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Parameters;

public sealed class ElementTypeTests
{
    [Theory]
    [InlineData(ElementType.Boolean, 0, 1, false, "bool", "|b1")]
    [InlineData(ElementType.Int8, 1, 1, false, "int8", "|i1")]
    [InlineData(ElementType.UInt8, 2, 1, false, "uint8", "|u1")]
    [InlineData(ElementType.Int16, 3, 2, false, "int16", "<i2")]
    [InlineData(ElementType.UInt16, 4, 2, false, "uint16", "<u2")]
    [InlineData(ElementType.Int32, 5, 4, false, "int32", "<i4")]
    [InlineData(ElementType.UInt32, 6, 4, false, "uint32", "<u4")]
    [InlineData(ElementType.Int64, 7, 8, false, "int64", "<i8")]
    [InlineData(ElementType.UInt64, 8, 8, false, "uint64", "<u8")]
    [InlineData(ElementType.Float16, 9, 2, true, "float16", "<f2")]
    [InlineData(ElementType.BFloat16, 10, 2, true, "bfloat16", null)]
    [InlineData(ElementType.Float32, 11, 4, true, "float32", "<f4")]
    [InlineData(ElementType.Float64, 12, 8, true, "float64", "<f8")]
    public void ElementType_Always_KeepsItsNumberSizeAndNames(ElementType type, int number, int size, bool isFloat, string wireName, string? descriptor)
    {
        Assert.Equal(number, (int)type);
        Assert.Equal(size, type.Size);
        Assert.Equal(isFloat, type.IsFloat);
        Assert.Equal(wireName, type.WireName);
        Assert.Equal(descriptor, type.NumpyDescriptor);
    }

    [Fact]
    public void ElementType_AllValues_AreInTheGoldenTable() => Assert.Equal(13, Enum.GetValues<ElementType>().Length);

    [Theory]
    [InlineData(ParameterFormatError.Malformed, 0)]
    [InlineData(ParameterFormatError.Truncated, 1)]
    [InlineData(ParameterFormatError.ChecksumMismatch, 2)]
    [InlineData(ParameterFormatError.Unsupported, 3)]
    [InlineData(ParameterFormatError.UnsupportedType, 4)]
    [InlineData(ParameterFormatError.LimitExceeded, 5)]
    [InlineData(ParameterFormatError.DuplicateName, 6)]
    [InlineData(ParameterFormatError.LayoutMismatch, 7)]
    [InlineData(ParameterFormatError.NotFinite, 8)]
    [InlineData(ParameterFormatError.ValueOutOfRange, 9)]
    public void ParameterFormatError_Always_KeepsItsNumber(ParameterFormatError error, int number) => Assert.Equal(number, (int)error);
}
