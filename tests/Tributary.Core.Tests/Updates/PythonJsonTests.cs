// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Updates;

namespace Tributary.Core.Tests.Updates;

public sealed class PythonJsonTests
{
    [Theory]
    [InlineData("NaN", "null")]
    [InlineData("[Infinity, -Infinity, NaN, -1]", "[null,null,null,-1]")]
    [InlineData("""{"a": NaN, "Infinity": "NaN -Infinity"}""", """{"a":null,"Infinity":"NaN -Infinity"}""")]
    [InlineData("""["\"NaN", "\\", NaN]""", """["\u0022NaN","\\",null]""")]
    [InlineData("""{"x": 1.5e3}""", """{"x":1.5e3}""")]
    public void TryParse_PythonsLiterals_StandForNull(string text, string expected)
    {
        using var document = PythonJson.TryParse(text);

        Assert.Equal(expected, System.Text.Json.JsonSerializer.Serialize(document!.RootElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{'a': 1}")]
    [InlineData("-NaN")]
    [InlineData("1NaN")]
    [InlineData("NaN5")]
    [InlineData("Nan")]
    [InlineData("\"NaN")]
    [InlineData("[1,]")]
    [InlineData("""{"a": "\ud800"}""")]
    [InlineData("""{"\udc00": 1}""")]
    [InlineData("""[["\ud800x"]]""")]
    public void TryParse_NoJson_IsNull(string text) => Assert.Null(PythonJson.TryParse(text));

    [Fact]
    public void TryParse_HalfOfASurrogatePair_IsNull() => Assert.Null(PythonJson.TryParse("\"" + (char)0xD800 + "\""));

    [Fact]
    public void TryParse_TooLongOrTooDeep_IsNull()
    {
        Assert.Null(PythonJson.TryParse($"\"{new string('a', PythonJson.MaxLength)}\""));
        Assert.Null(PythonJson.TryParse(new string('[', 100) + new string(']', 100)));
    }
}
