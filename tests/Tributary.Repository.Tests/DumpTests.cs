// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;

namespace Tributary.Repository.Tests;

/// <summary>A dump brings back what calls have stored, and nothing that no call could have stored.</summary>
public sealed class DumpTests : RepositoryTests
{
    private const string Model = """{"model_name":"m","model_version":"1","meta":null}""";

    [Fact]
    public async Task WhatCallsHaveStored_ComesBack()
    {
        await using var host = await RepositoryHost.StartAsync(Folder.Combine("a"), ("Repository:Results:Coerce", "preserve"));
        await PostAsync("/model", """{"model_name":"a\"ü","model_version":1.5,"meta":{"library":"7\u0000","more":1},"model_id":"any"}""");
        await PostAsync("/model", "{}");
        await PostAsync("/model", ModelJson);
        Assert.Equal(204, await host.PutFileAsync("/model/m/1", [1]).StatusAsync());
        const string Result =
            """{"model_name":"a","model_version":"1","training_id":"7","results":{"a":1,"b":0.25,"c":"x"},"configuration_id":2}""";
        Assert.Equal(201, await host.PostFormAsync("/training-results", Result, "cos\nsystem\n."u8.ToArray()).StatusAsync());
        await PostAsync("/strategy", """{"strategy_name":"s","meta":{"a":1}}""");
        await PostAsync(
            "/transformation",
            """{"id":"t","needs":{"RAM":1,"storage":"2"},"default_values":{"x":[1e30,null,{"y":1e-7}]},"outputs":["o"]}""");
        await PostAsync("/collector", """{"name":"c","version":"3"}""");
        foreach (var (path, body) in new[] { ("strategies/s/tags", """{"tags":["b","a:1"]}"""), ("models/m/1/stage", """{"stage":"production"}""") })
        {
            Assert.Equal(204, await host.PutAsync($"/api/v2/{path}", body).StatusAsync());
        }

        const string Session =
            """{"model_name":"ü","model_version":"1","results":{"rounds":"2"},"training_id":"1001","configuration_id":"1001","weights_format":"npz","lineage":{"first_round":1}}""";
        Assert.True(await host.Store.AddAsync(
            new RepositoryEntry
            {
                Kind = RepositoryKind.TrainingResult,
                Key = RepositoryKey.Of("ü", "1", "1001"),
                Model = RepositoryKey.Of("ü", "1"),
                Document = JsonNode.Parse(Session)!.ToJsonString(),
            },
            Token));
        var dump = await DumpAsync(host);

        await using var other = await RepositoryHost.StartAsync(Folder.Combine("b"));
        await LoadAsync(other, dump);

        Assert.Equal(dump, await DumpAsync(other));
        Assert.Equal((8, 2), (dump.AsSpan().Count("{\"document\":"u8), dump.AsSpan().Count("{\"file\":"u8)));
        Assert.Equal((1, 1), (dump.AsSpan().Count("\"stage\":\"production\""u8), dump.AsSpan().Count("\"tags\":[\"a:1\",\"b\"]"u8)));

        async Task PostAsync(string path, string json) => Assert.Equal(201, await host.PostAsync(path, json).StatusAsync());
    }

    [Theory]
    [InlineData(1900, null)]
    [InlineData(2100, "the MLStrategy has 2147 characters; expected 2048 at most, twice Repository:MaxDocumentBytes.")]
    public async Task DocumentThatIsLongerThanCallsCanMakeIt_IsRefused(int length, string? message)
    {
        await using var host = await StartAsync(("Repository:MaxDocumentBytes", "1024"));
        var document = JsonSerializer.Serialize($$"""{"strategy_name":"s","strategy_description":"{{new string('x', length)}}"}""");
        var dump = Forge([$$$"""{"document":{"kind":"strategy","key":"1:s,","document":{{{document}}}}}"""]);

        var error = await Record.ExceptionAsync(() => LoadAsync(host, dump));

        Assert.Equal(message is null ? null : $"The dump is wrong at byte 46: {message}", error?.Message);
        Assert.Equal(message is not null, await host.Transfer.IsEmptyAsync(Token));
    }

    [Theory]
    [InlineData("model", "1:m,1:1,", "[]", "the MLModel is no object")]
    [InlineData("model", "1:m,1:1,", "{", "the MLModel is no JSON that can be kept: Expecting property name enclosed in double quotes")]
    [InlineData("model", "1:m,1:1,", """{"model_name":"\ud800"}""", "the MLModel is no JSON that can be kept: A text holds half a character")]
    [InlineData("model", "1:m,1:1,", """{"model_name":["m"],"model_version":"1"}""", "the MLModel model_name: str type expected")]
    [InlineData("model", "2:m\0,1:1,", """{"model_name":"m\u0000","model_version":"1"}""", "the MLModel model_name: holds a null character; expected a text without one")]
    [InlineData("model", "1:m,1:1,", """{"model_name":"m","model_version":1}""", "the MLModel has a field model_version of another type, or with other fields, than the interface keeps")]
    [InlineData("model", "1:m,1:1,", """{"model_name":"m","model_version":"1","meta":{"x":{}}}""", "the MLModel has a field meta of another type, or with other fields, than the interface keeps")]
    [InlineData("model", "1:m,1:1,", """{"model_name":"m"}""", "the MLModel has a key that is not that of its fields model_name, model_version")]
    [InlineData("model", "1:m,1:2,", Model, "the MLModel has a key that is not that of its fields model_name, model_version")]
    [InlineData("model", "", Model, "the MLModel has a key that is not that of its fields model_name, model_version")]
    [InlineData("model", "1:m,1:1,", Model, "the MLModel has a model that is not that of its fields", "\"model\":\"1:x,1:1,\"")]
    [InlineData("model", "1:m,1:1,", Model, "the MLModel has wrong tags: one of them stands twice", "\"model\":\"1:m,1:1,\",\"tags\":[\"a\",\"a\"]")]
    [InlineData("model", "1:m,1:1,", Model, "the MLModel has wrong tags: expected 1 to 60 letters, digits or '-', '_', '.', ':'", "\"model\":\"1:m,1:1,\",\"tags\":[\"a b\"]")]
    [InlineData("model", "1:m,1:1,", Model, "the MLModel has a stage, which only models have, or a wrong one", "\"model\":\"1:m,1:1,\",\"stage\":\"\"")]
    [InlineData("strategy", "1:s,", """{"strategy_name":"s"}""", "the MLStrategy has a stage, which only models have, or a wrong one", "\"stage\":\"production\"")]
    [InlineData("strategy", "1:s,", """{"strategy_name":"s"}""", "the MLStrategy has a model that is not that of its fields", "\"model\":\"1:m,1:1,\"")]
    [InlineData("transformation", "1:t,", """{"id":"t"}""", "the FLDataTransformation needs: field required")]
    [InlineData("transformation", "1:t,", """{"id":"t","needs":{},"default_values":{"x":NaN}}""", "the FLDataTransformation default_values.x: NaN and infinite numbers cannot be kept")]
    [InlineData("training_result", "1:m,1:1,1:7,", """{"model_name":"m","model_version":"1","training_id":"7","results":{"a":{}}}""", "the MLTrainingResults results.a: str type expected; results.a: value is not a valid float")]
    [InlineData("collector", "1:c,1:3,", """{"name":"c","version":"3"}""", "the MLCollector has a field version of another type, or with other fields, than the interface keeps")]
    public async Task DocumentThatNoCallCouldStore_ChangesNothingAndIsNamed(string kind, string key, string document, string message, string more = "")
    {
        var quoted = JsonSerializer.Serialize(document);
        var line = $$$"""{"document":{"kind":"{{{kind}}}","key":{{{JsonSerializer.Serialize(key)}}},"document":{{{quoted}}}{{{(more.Length > 0 ? "," : "")}}}{{{more}}}}}""";

        // Something right before it must not stay.
        await AssertRefusedAsync(["""{"document":{"kind":"strategy","key":"1:x,","document":"{\"strategy_name\":\"x\"}"}}"""], line, $"{message}.");
    }

    [Theory]
    [InlineData("""{"document":{"kind":"planet","key":"1:m,1:1,","document":"{}"}}""", "$.document.kind")]
    [InlineData("""{"document":{"kind":0,"key":"1:m,1:1,","document":"{}"}}""", "$.document.kind")]
    [InlineData("""{"document":{"kind":"model","key":"1:m,1:1,","document":{}}}""", "$.document.document")]
    [InlineData("""{"document":{"kind":"model","key":7,"document":"{}"}}""", "$.document.key")]
    [InlineData("""{"document":{"kind":"model","key":"\ud800","document":"{}"}}""", "$.document.key")]
    [InlineData("""{"document":{"kind":"model","document":"{}"}}""", "'key'")]
    [InlineData("""{"document":{"kind":"model","key":null,"document":"{}"}}""", "key")]
    [InlineData("""{"document":{"kind":"strategy","key":"1:x,","document":"{\"strategy_name\":\"x\"}","tags":[null]}}""", "the MLStrategy has wrong tags: expected 1 to 60")]
    [InlineData("""{"document":{"kind":"model","key":"1:m,1:1,","document":"{}","owner":"x"}}""", "owner")]
    [InlineData("""{"file":{"id":"65f1","name":"n","length":0,"sha256":"$E","uploaded_at":"2026-01-01T00:00:00Z"}}""", "the file has an id that is not 24 hexadecimal digits.")]
    [InlineData("""{"file":{"id":"$I","name":"n\u0000","length":0,"sha256":"$E","uploaded_at":"2026-01-01T00:00:00Z"}}""", "the file has a name or a training_id that holds a null character; expected a text without one.")]
    [InlineData("""{"file":{"id":"$I","name":"$L","length":0,"sha256":"$E","uploaded_at":"2026-01-01T00:00:00Z"}}""", "the file has a name or a training_id of 8193 and 0 characters; expected at most 8192 and 1000.")]
    [InlineData("""{"file":{"id":"$I","name":"n","length":0,"sha256":"$E","uploaded_at":"2026-01-01T00:00:00.00001Z"}}""", "the file has an uploaded_at of parts of milliseconds.")]
    [InlineData("""{"file":{"id":"$I","name":"n","length":0,"sha256":"$E","uploaded_at":"2026-13-01T00:00:00Z"}}""", "$.file.uploaded_at")]
    [InlineData("""{"file":{"id":"$I","name":"n","length":0,"sha256":"$E","uploaded_at":"0001-01-01T00:00:00+14:00"}}""", "$.file.uploaded_at")]
    [InlineData("""{"file":{"id":"$I","length":0,"sha256":"$E","uploaded_at":"2026-01-01T00:00:00Z"}}""", "'name'")]
    [InlineData("""{"file":{"id":"$I","name":"n","length":0,"sha256":"$E","uploaded_at":"2026-01-01T00:00:00Z","notes":{"signature":"x"}}}""", "the file has a signature that is not the name of a key and base64 with a colon between.")]
    [InlineData("""{"file":{"id":"$I","name":"n","length":1,"sha256":"$E","uploaded_at":"2026-01-01T00:00:00Z"}}""", "the file 0123456789abcdef01234567 appears twice, or has no content of its length.")]
    public Task LineThatIsWrong_ChangesNothingAndIsNamed(string line, string message)
    {
        var empty = Convert.ToHexStringLower(SHA256.HashData([]));
        var forged = line.Replace("$L", new string('n', 8193), StringComparison.Ordinal).Replace("$E", empty, StringComparison.Ordinal).Replace("$I", "0123456789abcdef01234567", StringComparison.Ordinal);
        return AssertRefusedAsync([$$$"""{"content":{"sha256":"{{{empty}}}","length":0}}""", ""], forged, message);
    }

    private async Task AssertRefusedAsync(string[] before, string line, string message)
    {
        await using var host = await StartAsync();
        var start = """{"format":"tributary-repository","version":1}""".Length + 1 + before.Sum(b => b.Length + 1);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => LoadAsync(host, Forge([.. before, line])));

        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"The dump is wrong at byte {start}: "), error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.True(await host.Transfer.IsEmptyAsync(Token));
    }

    /// <summary>A dump of these lines, with a right end.</summary>
    private static byte[] Forge(string[] lines)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(new[] { """{"format":"tributary-repository","version":1}""" }.Concat(lines).Select(l => $"{l}\n")));
        var counts = $""" "contents":{Count("content")},"files":{Count("file")},"documents":{Count("document")} """.Trim();
        var digest = Convert.ToHexStringLower(SHA256.HashData(text));
        return [.. text, .. Encoding.UTF8.GetBytes($$$"""{"end":{{{{counts}}},"sha256":"{{{digest}}}"}}""" + "\n")];

        int Count(string what) => lines.Count(l => l.StartsWith($"{{\"{what}\"", StringComparison.Ordinal));
    }

    private static async Task<byte[]> DumpAsync(RepositoryHost host)
    {
        using var output = new MemoryStream();
        await RepositoryDump.WriteAsync(host.Transfer, output, Token);
        return output.ToArray();
    }

    private static Task LoadAsync(RepositoryHost host, byte[] dump) => host.RestoreAsync(new MemoryStream(dump));
}
