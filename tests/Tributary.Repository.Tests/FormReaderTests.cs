// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;

namespace Tributary.Repository.Tests;

/// <summary>Forms that the reader takes, and those that it refuses with 400 (unreadable), 413 (too long) or 422 (no file).</summary>
public sealed class FormReaderTests
{
    private const int MaxHeadBytes = 16 << 10;
    private const string Document = "--B\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n";
    private const string File = "\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--B--\r\n";

    [Theory]
    [InlineData("one")]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n--")]
    [InlineData("a\n--B--\r--B--\r\n-B\r\n--\r\n-\r\r\n")]
    public async Task Content_IsWhatStandsBetweenTheBoundaries_HoweverItArrives(string content)
    {
        foreach (var form in (string[])[Document + content + File, $"before\r\n{Document}{content}{File}behind", Document.Replace("B\r", "B \t\r", StringComparison.Ordinal) + content + File])
        {
            for (var size = 1; size <= form.Length; size++)
            {
                var read = await ReadAsync(Encoding.Latin1.GetBytes(form), size);

                Assert.Null(read.Refusal);
                Assert.Equal(content, Encoding.Latin1.GetString(read.Document!));
            }
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
    [InlineData("--B--")]
    public async Task Form_ThatEndsBeforeItsLastBoundary_IsAnsweredAsOneWithoutFile(string form)
    {
        for (var size = 1; size <= form.Length + 1; size++)
        {
            Assert.Equal(StatusCodes.Status422UnprocessableEntity, (await ReadAsync(Encoding.Latin1.GetBytes(form), size)).Refusal?.StatusCode);
        }
    }

    [Fact]
    public async Task Form_CutAnywhere_IsRefused()
    {
        var whole = Encoding.Latin1.GetBytes($"{Document}one{File}");
        for (var length = 0; length < whole.Length - 2; length++)
        {
            Assert.NotNull((await ReadAsync(whole[..length], 7)).Refusal);
        }
    }

    [Fact]
    public async Task HeadsAndWhatStandsOutsideOfParts_HaveLimits()
    {
        var most = $"A: {new string('x', MaxHeadBytes - 5)}";
        var headers = string.Concat(Enumerable.Range(0, 16).Select(i => $"H{i}: x\r\n"));

        Assert.Null(await RefuseAsync($"--B\r\n{most}\r\n\r\none{File}"));
        Assert.Equal(StatusCodes.Status400BadRequest, await RefuseAsync($"--B\r\n{most}xxx\r\n\r\none{File}"));
        Assert.Equal(StatusCodes.Status400BadRequest, await RefuseAsync($"--B\r\n{new string('x', 1 << 20)}"));
        Assert.Null(await RefuseAsync($"--B\r\n{headers}\r\none{File}"));
        Assert.Equal(StatusCodes.Status400BadRequest, await RefuseAsync($"--B\r\n{headers}H: x\r\n\r\none{File}"));
        Assert.Null(await RefuseAsync($"{new string('x', MaxHeadBytes / 2)}{File}"));
        Assert.Equal(StatusCodes.Status400BadRequest, await RefuseAsync($"{new string('x', MaxHeadBytes + 1)}{File}"));
        Assert.Null(await RefuseAsync($"--B\r\n\r\none{File}{new string('x', MaxHeadBytes / 2)}"));
        Assert.Equal(StatusCodes.Status400BadRequest, await RefuseAsync($"--B\r\n\r\none{File}{new string('x', MaxHeadBytes + 1)}"));
        Assert.Equal(StatusCodes.Status400BadRequest, await RefuseAsync($"--B\r\nno name\r\n\r\none{File}"));
        Assert.Equal(StatusCodes.Status400BadRequest, await RefuseAsync($"--B\r\n: no name\r\n\r\none{File}"));

        static async Task<int?> RefuseAsync(string form) => (await ReadAsync(Encoding.Latin1.GetBytes(form), 7)).Refusal?.StatusCode;
    }

    [Theory]
    [InlineData(3_000_001, 3_000_001, null)]
    [InlineData(3_000_001, 3_000_000, StatusCodes.Status413PayloadTooLarge)]
    [InlineData(256 << 10, 256 << 10, null)]
    [InlineData((256 << 10) + 1, 256 << 10, StatusCodes.Status413PayloadTooLarge)]
    public async Task Content_LargerThanWhatIsReadAtOnce_ComesWholeUpToTheLimit(int length, int max, int? refusal)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);

        var read = await ReadAsync([.. Encoding.Latin1.GetBytes(Document), .. content, .. Encoding.Latin1.GetBytes(File)], 1021, max);

        Assert.Equal(refusal, read.Refusal?.StatusCode);
        Assert.True(refusal is not null || content.AsSpan().SequenceEqual(read.Document));
    }

    [Theory]
    [InlineData("filename*=UTF-8''f", null)]
    [InlineData("filename=\"\"", null)]
    [InlineData("filename*", StatusCodes.Status422UnprocessableEntity)]
    [InlineData("filename*=utf-7''x", null)]
    [InlineData("filename=\"=?utf-7?B?QUJDREVG?=\"", null)]
    [InlineData("filename", StatusCodes.Status422UnprocessableEntity)]
    public async Task File_IsAPartWithAFileName(string fileName, int? refusal)
    {
        var form = $"--B\r\nContent-Disposition: form-data; name=\"file\"; {fileName}\r\n\r\nx\r\n--B--\r\n";

        Assert.Equal(refusal, (await ReadAsync(Encoding.Latin1.GetBytes(form), 100)).Refusal?.StatusCode);
    }

    private static async Task<Form> ReadAsync(byte[] form, int size, int maxDocumentBytes = 1 << 20)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = "multipart/form-data; boundary=B";
        context.Request.Body = new DripStream(form, size);
        return await new FormReader(null, 1000, maxDocumentBytes).ReadAsync(context.Request, Token);
    }

    /// <summary>Gives a few bytes with each read.</summary>
    private sealed class DripStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            base.ReadAsync(buffer, offset, Math.Min(size, count), cancellationToken);
    }
}
