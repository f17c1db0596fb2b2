// SPDX-License-Identifier: Apache-2.0

using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Tributary.Repository.Files;

namespace Tributary.Repository.Tests;

public sealed partial class MultipartBodyTests
{
    private const string Boundary = "B";
    private const string File = "Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";

    private static readonly string[] Tokens =
        ["\r\n--B\r\n", "\r\n--B--", "\r\n--B \t\r\n", "\r\n", "\r", "\n", "-", "--", "--B", "B", "x", "\0", "Content-Disposition: a\r\n", "A: b\r\n", "\r\n\r\n", ":"];

    [Theory]
    [InlineData("--B\r\nA: 1\r\n\r\none\r\n--B--", "one")]
    [InlineData("--B\r\nA: 1\r\n\r\none\r\n--B\r\nA: 2\r\n\r\ntwo\r\n--B--\r\n", "one|two")]
    [InlineData("before\r\n--B\r\nA: 1\r\n\r\none\r\n--B--behind\r\n--B\r\n", "one")]
    [InlineData("\r\n--B\r\n\r\nno headers\r\n--B--", "no headers")]
    [InlineData("--B \t\r\n\r\npadded\r\n--B  \r\n\r\nboth\r\n--B--", "padded|both")]
    [InlineData("--B\r\n\r\n\r\n--B\r\n\r\n\r\n\r\n--B--", "|\r\n")]
    [InlineData("--B\r\n\r\na\n--B--\r--B--\r\n-B\r\n--Bx\r\n--B-\r\n--B\n\r\n--B \rx\r\n--B--", "a\n--B--\r--B--\r\n-B\r\n--Bx\r\n--B-\r\n--B\n\r\n--B \rx")]
    [InlineData("--B\r\n\r\n\r\n\r\n--\r\n--B--", "\r\n\r\n--")]
    [InlineData("--B--", "")]
    public async Task Parts_AreWhatStandsBetweenTheBoundaries_HoweverTheyArrive(string form, string parts)
    {
        for (var size = 1; size <= form.Length; size++)
        {
            var read = await ReadAsync(Encoding.Latin1.GetBytes(form), size);

            Assert.Null(read.Failure);
            Assert.Equal(parts, string.Join('|', read.Parts.Select(p => p.Content)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no boundary at all")]
    [InlineData("--B")]
    [InlineData("--B\r\nA: 1")]
    [InlineData("--B\r\nA: 1\r\n\r\none")]
    [InlineData("--B\r\nA: 1\r\n\r\none\r\n--B")]
    [InlineData("--B\r\nA: 1\r\n\r\none\r\n--B-")]
    [InlineData("--B\r\nA: 1\r\n\r\none\r\n--B\r\n")]
    [InlineData("--B\r\n\r\n--B--")]
    [InlineData("--B\n\none\n--B\n")]
    public async Task Body_ThatEndsBeforeItsLastBoundary_IsCut(string form)
    {
        for (var size = 1; size <= form.Length + 1; size++)
        {
            Assert.IsType<CutFormException>((await ReadAsync(Encoding.Latin1.GetBytes(form), size)).Failure);
        }
    }

    [Theory]
    [InlineData("no name\r\n")]
    [InlineData(": no name\r\n")]
    public async Task Header_WithoutName_IsWrong(string header)
    {
        var read = await ReadAsync(Encoding.Latin1.GetBytes($"--B\r\n{header}\r\none\r\n--B--"), 7);

        Assert.IsType<InvalidDataException>(read.Failure);
    }

    [Fact]
    public async Task Heads_HaveLimits()
    {
        var most = $"A: {new string('x', MultipartBody.MaxHeadBytes - 5)}";
        var headers = string.Concat(Enumerable.Range(0, MultipartBody.MaxHeaders).Select(i => $"H{i}: x\r\n"));

        Assert.Null(await FailAsync($"--B\r\n{most}\r\n\r\none\r\n--B--"));
        Assert.IsType<InvalidDataException>(await FailAsync($"--B\r\n{most}x\r\n\r\none\r\n--B--"));
        Assert.IsType<InvalidDataException>(await FailAsync($"--B\r\n{new string('x', 1 << 20)}"));
        Assert.Null(await FailAsync($"--B\r\n{headers}\r\none\r\n--B--"));
        Assert.IsType<InvalidDataException>(await FailAsync($"--B\r\n{headers}H: x\r\n\r\none\r\n--B--"));
        Assert.Null(await FailAsync($"{new string('x', MultipartBody.MaxHeadBytes - 2)}\r\n--B--"));
        Assert.IsType<InvalidDataException>(await FailAsync($"{new string('x', MultipartBody.MaxHeadBytes + 1)}\r\n--B--"));

        static async Task<Exception?> FailAsync(string form) => (await ReadAsync(Encoding.Latin1.GetBytes(form), 4096)).Failure;
    }

    [Fact]
    public async Task Part_NotRead_IsPassedOver()
    {
        var form = Encoding.Latin1.GetBytes($"--B\r\n{File}one\r\n--B\r\n{File}two\r\n--B--");
        using var body = new MultipartBody(new DripReader(form, 5), Boundary, 5);
        await body.NextAsync(TestContext.Current.CancellationToken);

        var second = await body.NextAsync(TestContext.Current.CancellationToken);

        Assert.Equal("form-data; name=\"file\"; filename=\"f\"", second!.ContentDisposition);
        Assert.Equal("two", await ReadPartAsync(body));
        Assert.Null(await body.NextAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Part_LargerThanWhatIsReadAtOnce_ComesWhole()
    {
        var content = new byte[3_000_001];
        new Random(1).NextBytes(content);
        byte[] form = [.. "--B\r\n\r\n"u8, .. content, .. "\r\n--B--"u8];

        var read = await ReadAsync(form, 1021);

        Assert.Equal(content, Encoding.Latin1.GetBytes(Assert.Single(read.Parts).Content));
    }

    /// <summary>The framework's reader, where it follows the standard: it takes whatever begins with a boundary for one.</summary>
    [Fact]
    public async Task AnyForm_IsReadAsByTheFramework()
    {
        var random = new Random(1);
        var (compared, withParts) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var text = (random.Next(4) > 0 ? "--B\r\n\r\n" : "") + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Tokens[random.Next(Tokens.Length)]));
            var expected = await ReadByFrameworkAsync(text);
            if (expected is not { } framework)
            {
                continue;
            }

            var read = await ReadAsync(Encoding.Latin1.GetBytes(text), 1 + random.Next(9));
            compared++;
            withParts += framework.Parts.Count > 0 ? 1 : 0;
            Assert.True(
                framework.Parts.SequenceEqual(read.Parts) && framework.IsFailed == read.Failure is not null,
                $"'{Uri.EscapeDataString(text)}': expected {Show(framework.Parts)} and failed {framework.IsFailed}, read {Show(read.Parts)} and {read.Failure?.Message}");
        }

        Assert.True(compared > 5_000 && withParts > 1_000, $"Only {compared} forms were compared, {withParts} with parts.");

        static string Show(IEnumerable<Part> parts) => Uri.EscapeDataString(string.Join('|', parts));
    }

    private static async Task<(IReadOnlyList<Part> Parts, bool IsFailed)?> ReadByFrameworkAsync(string text)
    {
        if (OtherTail().IsMatch(text))
        {
            return null;
        }

        var parts = new List<Part>();
        try
        {
            var reader = new MultipartReader(Boundary, new MemoryStream(Encoding.Latin1.GetBytes(text)));
            while (await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken) is { } section)
            {
                using var content = new StreamReader(section.Body, Encoding.Latin1);
                parts.Add(new Part(section.ContentDisposition ?? "", await content.ReadToEndAsync(TestContext.Current.CancellationToken)));
            }

            return (parts, false);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            return (parts, true);
        }
    }

    /// <summary>What the framework takes for a boundary, and the standard does not.</summary>
    [GeneratedRegex(@"--B(?!--(\r\n|$)|[ \t]*\r\n)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OtherTail();

    private static async Task<(IReadOnlyList<Part> Parts, Exception? Failure)> ReadAsync(byte[] form, int size)
    {
        var parts = new List<Part>();
        try
        {
            using var body = new MultipartBody(new DripReader(form, size), Boundary, size);
            while (await body.NextAsync(TestContext.Current.CancellationToken) is { } headers)
            {
                parts.Add(new Part(headers.ContentDisposition.ToString(), await ReadPartAsync(body)));
            }

            return (parts, null);
        }
        catch (Exception failure) when (failure is CutFormException or InvalidDataException)
        {
            return (parts, failure);
        }
    }

    private static async Task<string> ReadPartAsync(MultipartBody body)
    {
        var content = new StringBuilder();
        while (await body.ReadAsync(TestContext.Current.CancellationToken) is { } piece)
        {
            content.Append(Encoding.Latin1.GetString(piece));
        }

        return content.ToString();
    }

    private sealed record Part(string Disposition, string Content);

    /// <summary>Gives a few bytes more with each read.</summary>
    private sealed class DripReader(byte[] bytes, int size) : PipeReader
    {
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 1));
        private int _given;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (_given < bytes.Length)
            {
                var count = Math.Min(size, bytes.Length - _given);
                await _pipe.Writer.WriteAsync(bytes.AsMemory(_given, count), cancellationToken);
                _given += count;
            }

            if (_given == bytes.Length)
            {
                await _pipe.Writer.CompleteAsync();
            }

            return await _pipe.Reader.ReadAsync(cancellationToken);
        }

        public override void AdvanceTo(SequencePosition consumed) => _pipe.Reader.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _pipe.Reader.AdvanceTo(consumed, examined);

        public override bool TryRead(out ReadResult result) => _pipe.Reader.TryRead(out result);

        public override void CancelPendingRead() => _pipe.Reader.CancelPendingRead();

        public override void Complete(Exception? exception = null) => _pipe.Reader.Complete(exception);
    }
}
