// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

public sealed class NpyTests
{
    private static readonly IParameterCodec Npy = ParameterCodecs.Get("npy");

    [Fact]
    public void Write_Header_IsWhatNumpyWrites()
    {
        using var set = Sets.Vector(ElementType.Float32, 1f, 2);
        var bytes = Sets.Encode(Npy, set);
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".PadRight(117) + "\n";

        Assert.Equal("934E554D505901007600", Convert.ToHexString(bytes.AsSpan(0, 10)));
        Assert.Equal(text, Encoding.ASCII.GetString(bytes.AsSpan(10, 118)));
        Assert.Equal("0000803F00000040", Convert.ToHexString(bytes.AsSpan(128)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_EveryVersion_Works(byte version)
    {
        using var set = Sets.Decode(Npy, File("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", "01000200", version));
        Assert.Equal([(short)1, (short)2], set.Values<short>(0).ToArray());
    }

    [Theory]
    [InlineData(">i2", "00010002", new double[] { 1, 2 })]
    [InlineData("<i2", "01000200", new double[] { 1, 2 })]
    [InlineData("|i1", "01FE", new double[] { 1, -2 })]
    [InlineData("<i1", "01FE", new double[] { 1, -2 })]
    [InlineData("|u1", "01FE", new double[] { 1, 254 })]
    [InlineData("|b1", "0100", new double[] { 1, 0 })]
    [InlineData(">u2", "0001FFFF", new double[] { 1, 65535 })]
    [InlineData(">i4", "00000001FFFFFFFE", new double[] { 1, -2 })]
    [InlineData("<u4", "01000000FFFFFFFF", new double[] { 1, uint.MaxValue })]
    [InlineData(">i8", "0000000000000001FFFFFFFFFFFFFFFE", new double[] { 1, -2 })]
    [InlineData("<u8", "0100000000000000FFFFFFFFFFFFFFFF", new double[] { 1, 18446744073709551616.0 })]
    [InlineData(">f8", "3FF0000000000000C000000000000000", new double[] { 1, -2 })]
    public void Read_EveryType_IntoFloat64(string descriptor, string data, double[] expected)
    {
        var layout = Sets.Layout(new ArraySpec("0", ElementType.Float64, [2]));
        using var set = Sets.DecodeAs(Npy, File($"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': (2,), }}", data), layout);
        Assert.Equal(expected, set.Values<double>(0).ToArray());
    }

    [Theory]
    [InlineData(">f4", "3F800000C0000000")]
    [InlineData("<f4", "0000803F000000C0")]
    public void Read_Float32_InBothByteOrders(string descriptor, string data)
    {
        using var set = Sets.Decode(Npy, File($"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': (2,), }}", data));
        Assert.Equal([1f, -2], set.Values<float>(0).ToArray());
    }

    [Fact]
    public void Read_BigEndianFloat16_Works()
    {
        using var set = Sets.Decode(Npy, File("{'descr': '>f2', 'fortran_order': True, 'shape': (1, 2, 1), }", "3C00C000"));
        Assert.Equal([(Half)1, (Half)(-2)], set.Values<Half>(0).ToArray());
    }

    [Fact]
    public void Read_ColumnMajorOfAnyShape_IsInRowOrder()
    {
        foreach (var shape in new long[][] { [2, 3], [3, 1, 4], [2, 3, 4, 5], [1, 7], [300, 500], [0, 3], [] })
        {
            var count = shape.Aggregate(1L, (product, dimension) => product * dimension);
            var bytes = new byte[count * 4];
            for (var i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), i);
            }

            var shapeText = shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
            using var set = Sets.Decode(Npy, File($"{{'descr': '>i4', 'fortran_order': True, 'shape': {shapeText}}}", Convert.ToHexString(bytes)));
            var values = set.Values<int>(0);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(ColumnMajorRank(i, shape), values[i]);
            }
        }
    }

    [Fact]
    public void Read_PythonTwoShapeAndOddSpacing_Work()
    {
        using var set = Sets.Decode(Npy, File("{\"shape\" :( 2L ,1 ) ,'fortran_order':False,'descr':'|u1'}  \n", "0102"));
        Assert.Equal(Sets.Layout(new ArraySpec("0", ElementType.UInt8, [2, 1])), set.Layout);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '|V2', 'fortran_order': False, 'shape': (4,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '=f4', 'fortran_order': False, 'shape': (2,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (2,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (2,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", ParameterFormatError.UnsupportedType)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", ParameterFormatError.Truncated)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 4), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }", ParameterFormatError.LimitExceeded)]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'shape': (2,), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + 1", ParameterFormatError.Malformed)]
    [InlineData("{'descr': '<f4", ParameterFormatError.Malformed)]
    [InlineData("", ParameterFormatError.Malformed)]
    public void Read_BadHeader_IsRefused(string header, ParameterFormatError code)
    {
        var exception = Sets.Refused(Npy, File(header, "0000803F00000040"));
        Assert.Equal(code, exception.Code);
        Assert.Contains("'0'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AbsurdHeaderLength_IsRefused()
    {
        var bytes = File("{}", "", version: 2);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), uint.MaxValue);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npy, bytes).Code);
    }

    [Fact]
    public void Read_UnknownVersion_IsRefused() =>
        Assert.Equal(ParameterFormatError.Unsupported, Sets.Refused(Npy, File("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "", 4)).Code);

    [Fact]
    public void Read_TooManyDimensions_IsRefused()
    {
        var shape = string.Join(", ", Enumerable.Repeat("1", 33));
        Assert.Equal(
            ParameterFormatError.LimitExceeded, Sets.Refused(Npy, File($"{{'descr': '|u1', 'fortran_order': False, 'shape': ({shape})}}", "00")).Code);
    }

    [Fact]
    public void Read_BooleanOtherThanZeroAndOne_IsRefused()
    {
        var exception = Sets.Refused(Npy, File("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", "0102"));
        Assert.Equal(ParameterFormatError.ValueOutOfRange, exception.Code);
        Assert.Equal("Array '0', index 1: a boolean is 2, expected 0 or 1.", exception.Message);
    }

    [Theory]
    [InlineData("'<f2'", "0000007C")]
    [InlineData("'<f4'", "000000000000C0FF")]
    [InlineData("'>f8'", "0000000000000000FFF0000000000000")]
    public void Read_NotFinite_IsRefusedWithItsIndex(string descriptor, string data)
    {
        var exception = Sets.Refused(Npy, File($"{{'descr': {descriptor}, 'fortran_order': False, 'shape': (2,)}}", data));
        Assert.Equal(ParameterFormatError.NotFinite, exception.Code);
        Assert.StartsWith("Array '0', index 1:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotFiniteFarBehind_NamesTheIndexInTheArray()
    {
        var values = new float[200_001];
        values[200_000] = float.NegativeInfinity;
        using var set = Sets.Vector(ElementType.Float32, values);
        Assert.StartsWith("Array '0', index 200000:", Sets.Refused(Npy, Sets.Encode(Npy, set)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ElementType.UInt8, 255.0, true)]
    [InlineData(ElementType.UInt8, 256.0, false)]
    [InlineData(ElementType.UInt8, -1.0, false)]
    [InlineData(ElementType.Boolean, 1.0, true)]
    [InlineData(ElementType.Boolean, 2.0, false)]
    [InlineData(ElementType.Int64, -9223372036854775808.0, true)]
    [InlineData(ElementType.Int64, 9223372036854775808.0, false)]
    [InlineData(ElementType.UInt64, 18446744073709549568.0, true)]
    [InlineData(ElementType.UInt64, 18446744073709551616.0, false)]
    [InlineData(ElementType.Int32, 0.5, false)]
    [InlineData(ElementType.Int32, double.NaN, false)]
    public void Read_Float64IntoInteger_OnlyWhenWholeAndInRange(ElementType type, double value, bool accepted)
    {
        using var set = Sets.Vector(ElementType.Float64, value);
        var layout = Sets.Layout(new ArraySpec("0", type, [1]));
        var options = new DecodeOptions { RequireFinite = false };
        if (accepted)
        {
            using var read = Sets.DecodeAs(Npy, Sets.Encode(Npy, set), layout, options);
            var widened = new double[1];
            Widening.Widen(type, Sets.AllBytes(read, 0), widened);
            Assert.Equal(value, widened[0]);
        }
        else
        {
            var exception = Assert.Throws<ParameterFormatException>(() => Sets.DecodeAs(Npy, Sets.Encode(Npy, set), layout, options));
            Assert.Equal(ParameterFormatError.ValueOutOfRange, exception.Code);
        }
    }

    [Fact]
    public void Write_WhatNpyCannotHold_IsRefused()
    {
        using var several = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.Int8, []), new ArraySpec("1", ElementType.Int8, [])));
        using var bfloat = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.BFloat16, [])));
        Assert.Throws<ArgumentException>(() => Sets.Encode(Npy, several));
        Assert.Throws<ArgumentException>(() => Sets.Encode(Npy, bfloat));
    }

    internal static byte[] File(string header, string data, byte version = 1)
    {
        using var stream = new MemoryStream();
        stream.Write([0x93, .. "NUMPY"u8, version, 0]);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(version == 1 ? length[..2] : length);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(Convert.FromHexString(data));
        return stream.ToArray();
    }

    // The place in column-major order of the element at a place in row-major order.
    private static int ColumnMajorRank(int rowMajor, long[] shape)
    {
        var index = new long[shape.Length];
        long rest = rowMajor;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            index[i] = rest % shape[i];
            rest /= shape[i];
        }

        long rank = 0;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            rank = (rank * shape[i]) + index[i];
        }

        return (int)rank;
    }
}
