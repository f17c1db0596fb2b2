// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

public sealed class JsonTests
{
    private static readonly IParameterCodec Json = ParameterCodecs.Get("json");

    [Fact]
    public void Read_NestedLists_AreArraysOfTheirShape()
    {
        using var set = Sets.Decode(Json, Utf8(" [[[1, 2.5], [-3e0, 4]], [7],\n5, [], [[],[]]] "));

        Assert.Equal(Sets.Layout(Spec("0", 2, 2), Spec("1", 1), Spec("2"), Spec("3", 0), Spec("4", 2, 0)), set.Layout);
        Assert.Equal([1.0, 2.5, -3, 4], set.Values<double>(0).ToArray());
        Assert.Equal([7.0], set.Values<double>(1).ToArray());
        Assert.Equal([5.0], set.Values<double>(2).ToArray());
    }

    [Fact]
    public void Read_PythonLiterals_AreValuesThatMayBeRefused()
    {
        var text = Utf8("[[1.0, NaN, Infinity, -Infinity]]");
        using var set = Sets.Decode(Json, text, new DecodeOptions { RequireFinite = false });

        Assert.Equal([1, double.NaN, double.PositiveInfinity, double.NegativeInfinity], set.Values<double>(0).ToArray());
        var exception = Sets.Refused(Json, text);
        Assert.Equal(ParameterFormatError.NotFinite, exception.Code);
        Assert.StartsWith("Array '0', index 1:", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[1, 2], [[1], [1, 2]]]", "Array '1' is ragged: it has lists of 1 and of 2 elements in dimension 1.")]
    [InlineData("[[1, [2]]]", "Array '0' is ragged: it has a list where, after the first elements, a number was expected in 1 dimensions.")]
    [InlineData("[[[1], 2]]", "Array '0' is ragged: it has a number in 1 dimensions; its first elements have 2.")]
    [InlineData("[[[], 2]]", "Array '0' is ragged: it has a number in 1 dimensions; its first elements have 2.")]
    [InlineData("[[[], [2]]]", "Array '0' is ragged: it has lists of 0 and of 1 elements in dimension 1.")]
    [InlineData("[[[], [[]]]]", "Array '0' is ragged: it has a list where, after the first elements, a number was expected in 2 dimensions.")]
    [InlineData("[[[[1]], []]]", "Array '0' is ragged: it has lists of 1 and of 0 elements in dimension 1.")]
    public void Read_Ragged_IsRefused(string text, string message)
    {
        var exception = Sets.Refused(Json, Utf8(text));
        Assert.Equal((ParameterFormatError.Malformed, message), (exception.Code, exception.Message));
    }

    [Theory]
    [InlineData("", ParameterFormatError.Truncated)]
    [InlineData("[", ParameterFormatError.Truncated)]
    [InlineData("[[1,2]", ParameterFormatError.Truncated)]
    [InlineData("{}", ParameterFormatError.Malformed)]
    [InlineData("1", ParameterFormatError.Malformed)]
    [InlineData("[1,]", ParameterFormatError.Malformed)]
    [InlineData("[,1]", ParameterFormatError.Malformed)]
    [InlineData("[1 2]", ParameterFormatError.Malformed)]
    [InlineData("[[1][2]]", ParameterFormatError.Malformed)]
    [InlineData("[1]]", ParameterFormatError.Malformed)]
    [InlineData("[1] x", ParameterFormatError.Malformed)]
    [InlineData("[01]", ParameterFormatError.Malformed)]
    [InlineData("[+1]", ParameterFormatError.Malformed)]
    [InlineData("[1.]", ParameterFormatError.Malformed)]
    [InlineData("[.5]", ParameterFormatError.Malformed)]
    [InlineData("[1e]", ParameterFormatError.Malformed)]
    [InlineData("[--1]", ParameterFormatError.Malformed)]
    [InlineData("[-NaN]", ParameterFormatError.Malformed)]
    [InlineData("[nan]", ParameterFormatError.Malformed)]
    [InlineData("[true]", ParameterFormatError.Malformed)]
    [InlineData("[null]", ParameterFormatError.Malformed)]
    [InlineData("[\"1\"]", ParameterFormatError.Malformed)]
    [InlineData("[1e999]", ParameterFormatError.NotFinite)]
    public void Read_BadText_IsRefused(string text, ParameterFormatError code) => Assert.Equal(code, Sets.Refused(Json, Utf8(text)).Code);

    [Fact]
    public void Read_Limits_AreHeld()
    {
        var deep = Utf8(new string('[', 100_000));
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Json, deep).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Json, Utf8("[" + new string('1', 20_000) + "]")).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Json, Utf8("[[1,2,3]]"), limits: new DecodeLimits { MaxTotalBytes = 16 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Json, Utf8("[1,2]"), limits: new DecodeLimits { MaxArrays = 1 }).Code);
    }

    [Fact]
    public void Read_AcrossWindows_KeepsEveryNumber()
    {
        double[] values = [.. Enumerable.Range(0, 50_000).Select(i => Math.Sqrt(i))];
        using var set = Sets.Vector(ElementType.Float64, values);
        using var read = Sets.Decode(Json, Sets.Encode(Json, set));
        Assert.Equal(values, read.Values<double>(0).ToArray());
    }

    [Fact]
    public void Read_WholeNumbers_IntoIntegers()
    {
        var layout = Sets.Layout(new ArraySpec("0", ElementType.Int32, [2]));
        using var set = Sets.DecodeAs(Json, Utf8("[[1, 2.0]]"), layout);
        Assert.Equal([1, 2], set.Values<int>(0).ToArray());
        Assert.Equal(
            ParameterFormatError.ValueOutOfRange, Assert.Throws<ParameterFormatException>(() => Sets.DecodeAs(Json, Utf8("[[1, 2.5]]"), layout)).Code);
    }

    [Fact]
    public void Write_EveryType_IsAsPythonWritesIt()
    {
        using var set = ParameterSet.Allocate(Sets.Layout(
            new ArraySpec("0", ElementType.Float32, [2, 2]),
            new ArraySpec("1", ElementType.Int64, [1]),
            new ArraySpec("2", ElementType.Boolean, [2]),
            new ArraySpec("3", ElementType.Float64, [3]),
            new ArraySpec("4", ElementType.BFloat16, []),
            new ArraySpec("5", ElementType.Float16, [2, 0])));
        new[] { 1f, -0f, 0.1f, 1e10f }.CopyTo(set.Values<float>(0));
        set.Values<long>(1)[0] = long.MaxValue;
        set.Values<bool>(2)[0] = true;
        new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity }.CopyTo(set.Values<double>(3));
        set.Values<ushort>(4)[0] = 0x3FC0;

        Assert.Equal(
            "[[[1.0,-0.0],[0.10000000149011612,10000000000.0]],[9223372036854775807],[1,0],[NaN,Infinity,-Infinity],1.5,[[],[]]]",
            Encoding.UTF8.GetString(Sets.Encode(Json, set)));
    }

    [Fact]
    public void Write_WhatJsonCannotHold_IsRefused()
    {
        using var named = ParameterSet.Allocate(Sets.Layout(new ArraySpec("w", ElementType.Float64, [])));
        using var hidden = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.Float64, [0, 3])));
        Assert.Throws<ArgumentException>(() => Sets.Encode(Json, named));
        Assert.Throws<ArgumentException>(() => Sets.Encode(Json, hidden));
    }

    private static ArraySpec Spec(string name, params long[] shape) => new(name, ElementType.Float64, [.. shape]);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
