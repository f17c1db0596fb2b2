// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.PythonJson;

namespace Tributary.Protocol.Tests;

public sealed class PythonJsonReaderTests
{
    [Theory]
    [InlineData("""{"a": NaN, "Infinity": "NaN -Infinity"}""", """{"a":nan,"Infinity":"NaN -Infinity"}""")]
    [InlineData("""{"a": [Infinity, -Infinity, -1]}""", """{"a":[inf,-inf,-1]}""")]
    [InlineData("""{"x": 1.5e3, "y": 123456789012345678901234567890}""", """{"x":1500.0,"y":123456789012345678901234567890}""")]
    [InlineData("""{"x": 1, "y": 2, "x": "\u00e9"}""", """{"x":"é","y":2}""")]
    public void TryReadObject_AsPythonWritesIt_IsRead(string text, string expected) =>
        Assert.Equal(expected, PythonJsonWriter.Write(PythonJsonReader.TryReadObject(text)!));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("NaN")]
    [InlineData("{'a': 1}")]
    [InlineData("""{"a": -NaN}""")]
    [InlineData("""{"a": 1NaN}""")]
    [InlineData("""{"a": NaN5}""")]
    [InlineData("""{"a": Nan}""")]
    [InlineData("""{"a": [1,]}""")]
    [InlineData("""{"a": "\ud800"}""")]
    [InlineData("""{"\udc00": 1}""")]
    [InlineData("{\"a\": \"NaN")]
    public void TryReadObject_NoObject_IsNull(string text) => Assert.Null(PythonJsonReader.TryReadObject(text));

    [Fact]
    public void TryReadObject_TooLongOrTooDeep_IsNull()
    {
        var wrapped = (string value) => $$"""{"a":{{value}}}""";

        Assert.NotNull(PythonJsonReader.TryReadObject(wrapped($"\"{new string('a', 1000)}\"")));
        Assert.Null(PythonJsonReader.TryReadObject(wrapped($"\"{new string('a', PythonJsonReader.MaxObjectCharacters)}\"")));
        Assert.Null(PythonJsonReader.TryReadObject(wrapped(new string('[', 100) + new string(']', 100))));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("-2.5e1", -25)]
    [InlineData("\"7\"", 7)]
    public void TryRead_Number_IsFinite(string json, double expected)
    {
        Assert.True(PythonNumber.TryRead(PythonJsonReader.Read(json), out var number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("\"inf\"")]
    [InlineData("\"x\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void TryRead_NoFiniteNumber_IsRefused(string json) => Assert.False(PythonNumber.TryRead(PythonJsonReader.Read(json), out _));
}
