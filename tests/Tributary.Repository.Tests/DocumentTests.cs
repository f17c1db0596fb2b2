// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Tests;

public sealed class DocumentTests : RepositoryTests
{
    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1e-7, "1e-07")]
    [InlineData(1e-4, "0.0001")]
    [InlineData(1.5e-5, "1.5e-05")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.25e300, "1.25e+300")]
    [InlineData(123.456, "123.456")]
    [InlineData(-1200.0, "-1200.0")]
    [InlineData(0.21299999952316284, "0.21299999952316284")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Print_IsPythons(double value, string expected) => Assert.Equal(expected, PythonNumber.Print(value));

    [Theory]
    [InlineData("9223372036854775807", true)]
    [InlineData("9223372036854775808", false)]
    [InlineData("\"-9223372036854775809\"", false)]
    [InlineData("1e19", false)]
    public void Whole_NumberBeyond64Bits_IsNone(string json, bool isOne)
    {
        var problems = new List<ValidationError>();

        var read = SchemaType.Integer.Read(PythonJsonReader.Read(json), ErrorLocation.Body.At("version"), problems);

        Assert.Equal(isOne, read is not null);
        Assert.Equal(isOne ? [] : ["value is not a valid integer"], problems.Select(p => p.Message));
    }

    /// <summary>When each text was looked through to the end of the document, these took minutes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_ManyTextsOrEscapes_TakesTimeInProportion(bool isEscapes)
    {
        const int Count = 1_000_000;
        var json = isEscapes
            ? $"[\"{string.Concat(Enumerable.Repeat("\\u0041", Count))}\"]"
            : $"[{string.Join(',', Enumerable.Repeat("\"\"", Count))}]";
        var start = Stopwatch.GetTimestamp();

        var list = Assert.IsType<PythonJsonValue.Array>(PythonJsonReader.Read(json));

        Assert.Equal(isEscapes ? 1 : Count, list.Items.Count);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TestLimits.Step);
    }

    [Theory]
    [InlineData("", "Expecting value", 0)]
    [InlineData("{", "Expecting property name enclosed in double quotes", 1)]
    [InlineData("{\"a\" 1}", "Expecting ':' delimiter", 5)]
    [InlineData("{\"a\":1 \"b\":2}", "Expecting ',' delimiter", 7)]
    [InlineData("[1,]", "Expecting value", 3)]
    [InlineData("[1 2]", "Expecting ',' delimiter", 3)]
    [InlineData("01", "Extra data", 1)]
    [InlineData("\"abc", "Unterminated string starting at", 0)]
    [InlineData("\"a\\x\"", "Invalid \\escape", 2)]
    [InlineData("\"\\u12\"", "Invalid \\uXXXX escape", 2)]
    [InlineData("\"a\nb\"", "Invalid control character at", 2)]
    public void Read_Broken_SaysWhatAndWhere(string text, string message, int position)
    {
        var broken = Assert.Throws<PythonJsonException>(() => PythonJsonReader.Read(text));

        Assert.Equal((message, position), (broken.Message, broken.Position));
    }

    [Fact]
    public void Read_EqualKeys_LastWinsAtTheFirstPlace() =>
        Assert.Equal("""{"a":3,"b":[2,true,null,"é"]}""", PythonJsonWriter.Write(PythonJsonReader.Read("""{"a":1,"b":[2,true,null,"\u00e9"],"a":3}""")));

    [Fact]
    public async Task Bodies_InUtf8OrUtf16_AreRead()
    {
        await using var host = await StartAsync();
        Encoding[] encodings = [new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode];
        for (var i = 0; i < encodings.Length; i++)
        {
            byte[] body = [.. encodings[i].GetPreamble(), .. encodings[i].GetBytes($$"""{"strategy_name":"ż{{i}}"}""")];
            Assert.Equal(201, await host.Client.PostAsync("/strategy", new ByteArrayContent(body), Token).StatusAsync());
        }

        Assert.Contains("\"ż2\"", await host.GetTextAsync("/strategy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Body_InUtf32_IsUnreadable(bool isBigEndian, bool hasMark)
    {
        await using var host = await StartAsync();
        var encoding = new UTF32Encoding(isBigEndian, hasMark);
        byte[] body = [.. encoding.GetPreamble(), .. encoding.GetBytes("""{"strategy_name":"x"}""")];

        Assert.Equal(Unreadable, await host.Client.PostAsync("/strategy", new ByteArrayContent(body), Token).ReadAsync());
    }

    [Theory]
    [InlineData("{\"id\":\"x\",\"needs\":{},\"default_values\":{\"a\":NaN}}", 422)]
    [InlineData("{\"id\":\"x\",\"needs\":{\"RAM\":Infinity}}", 422)]
    [InlineData("{\"id\":\"\\ud800\",\"needs\":{}}", 400)]
    [InlineData("{\"id\":\"x\",\"needs\":[]}", 201)]
    public async Task Transformations_ThatNoListCouldShow_AreRefused(string body, int status)
    {
        await using var host = await StartAsync();

        Assert.Equal(status, await host.PostAsync("/transformation", body).StatusAsync());
    }

    [Fact]
    public async Task Bodies_TooDeepOrTooLong_AreRefused()
    {
        await using var host = await StartAsync(("Repository:MaxDocumentBytes", "4096"));

        Assert.Equal(400, await host.PostAsync("/model", new string('[', 1000)).StatusAsync());
        Assert.Equal(413, await host.PostAsync("/model", $"\"{new string('x', 5000)}\"").StatusAsync());
    }

    [Fact]
    public async Task Add_ManyAtOnceOfOneKey_OneSucceeds()
    {
        await using var host = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.PostAsync("/model", """{"model_name":"m"}""")));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
    }
}
