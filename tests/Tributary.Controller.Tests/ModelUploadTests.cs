// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Controller.Tests;

public sealed class ModelUploadTests : IAsyncLifetime
{
    private const string Form = "multipart/form-data; boundary=b";
    private static readonly byte[] Npz = NpzModel.Encode(1, 2);

    private ControllerHost _host = null!;

    public static TheoryData<string, byte[], string> Wrong => new()
    {
        { "no form", Npz, "application/octet-stream" },
        { "no boundary", Npz, "multipart/form-data" },
        { "no parts", "--b--\r\n"u8.ToArray(), Form },
        { "no file", Part("name", "x"u8, "--"), Form },
        { "no name of a part", [.. "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--\r\n"u8], Form },
        { "two files", [.. Part("file", Npz, ""), .. Part("file", Npz, "--")], Form },
        { "no model", Part("file", "hello"u8, "--"), Form },
        { "half a model", Part("file", Npz.AsSpan(0, Npz.Length / 2), "--"), Form },
        { "cut short", Part("file", Npz, "--")[..^30], Form },
        { "a name with a null character", [.. Part("name", "a\0b"u8, ""), .. Part("file", Npz, "--")], Form },
        { "a name too long", [.. Part("name", Encoding.UTF8.GetBytes(new string('x', 1025)), ""), .. Part("file", Npz, "--")], Form },
        { "empty", [], Form },
    };

    public async ValueTask InitializeAsync() => _host = await ControllerHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Upload_ThenDownload_IsTheSameWithItsDigest()
    {
        var (status, body) = await _host.SendAsync(HttpMethod.Post, "/api/v1/models/", [.. Part("name", " seed "u8, ""), .. Part("file", Npz, "--")], Form);
        Assert.Equal(HttpStatusCode.OK, status);
        var id = JsonNode.Parse(body)!["model_id"]!.GetValue<string>();
        using var response = await _host.Api.Http.GetAsync(new Uri($"api/v1/models/{id}/download", UriKind.Relative), Token);

        Assert.Equal(Npz, await response.Content.ReadAsByteArrayAsync(Token));
        var model = await _host.Api.GetAsync($"api/v1/models/{id}", Token);
        Assert.Equal("seed", model["name"]!.GetValue<string>());
        Assert.Equal($"\"{model["sha256"]}\"", response.Headers.ETag!.Tag);
        using var range = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/models/{id}/download") { Headers = { Range = new(2, 5) } };
        using var part = await _host.Api.Http.SendAsync(range, Token);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Npz[2..6], await part.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData("bytes=2-5", HttpStatusCode.PartialContent)]
    [InlineData("BYTES=2-5", HttpStatusCode.PartialContent)]
    [InlineData("items=2-5", HttpStatusCode.OK)]
    [InlineData("bytes=5-2", HttpStatusCode.OK)]
    [InlineData("2-5", HttpStatusCode.OK)]
    [InlineData("bytes=0-1,3-4", HttpStatusCode.OK)]
    [InlineData("bytes=99999-", HttpStatusCode.RequestedRangeNotSatisfiable)]
    public async Task Download_ARange_IsSentInBytesAloneAndOtherUnitsAreIgnored(string range, HttpStatusCode expected)
    {
        var id = await _host.Api.UploadModelAsync(Npz, Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/models/{id}/download");
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await _host.Api.Http.SendAsync(request, Token);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(
            expected switch { HttpStatusCode.OK => Npz, HttpStatusCode.PartialContent => Npz[2..6], _ => [] },
            await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Head_WhereGetIs_HasItsStatusAndHeadersAndNoBody()
    {
        var id = await _host.Api.UploadModelAsync(Npz, Token);
        foreach (var path in new[] { $"/api/v1/models/{id}/download", $"/api/v1/models/{id}", "/api/v1/models/", "/api/v1/sessions/", "/health", "/api/v1/models/none", "/api/v1/sessions/start", "/nothing" })
        {
            using var get = await _host.Api.Http.GetAsync(new Uri(path, UriKind.Relative), Token);
            using var head = await _host.Api.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Token);

            Assert.Equal((path, get.StatusCode, get.Content.Headers.ContentType), (path, head.StatusCode, head.Content.Headers.ContentType));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
            if (path.EndsWith("download", StringComparison.Ordinal))
            {
                Assert.Equal((Npz.Length, get.Headers.ETag), (head.Content.Headers.ContentLength, head.Headers.ETag));
            }
        }
    }

    [Fact]
    public async Task Upload_WithMorePartsThanAFormHas_IsRefused()
    {
        byte[] body = [.. Enumerable.Repeat(Part("name", "x"u8, ""), 1000).SelectMany(part => part), .. Part("file", Npz, "--")];

        var (status, text) = await _host.SendAsync(HttpMethod.Post, "/api/v1/models/", body, Form);

        Assert.Equal((HttpStatusCode.BadRequest, "Failed to add model. The form has more than 1000 parts"), (status, ControllerHost.Message(text)));
        Assert.Empty(_host.Disk.ModelBytes);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task Upload_ValueThatIsNotFinite_IsRefusedByTheNameOfItsArray(float value)
    {
        var model = NpzModel.Encode(("first", ElementType.Float32, [1]), ("second", ElementType.Float32, [1, value]));

        var (status, text) = await _host.SendAsync(HttpMethod.Post, "/api/v1/models/", Part("file", model, "--"), Form);

        Assert.Equal(
            (HttpStatusCode.BadRequest, "Failed to add model. Array 'second', index 1: NaN or an infinity where a finite value is required."),
            (status, ControllerHost.Message(text)));
        Assert.Empty(_host.Disk.ModelBytes);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Upload_Wrong_IsA400AndLeavesNothing(string what, byte[] body, string type)
    {
        var (status, text) = await _host.SendAsync(HttpMethod.Post, "/api/v1/models/", body, type);

        Assert.Equal((what, HttpStatusCode.BadRequest), (what, status));
        Assert.StartsWith("Failed to add model. ", ControllerHost.Message(text), StringComparison.Ordinal);
        Assert.Empty(_host.Disk.Models);
        Assert.Empty(_host.Disk.ModelBytes);
    }

    [Fact]
    public async Task Upload_LargerThanAllowed_IsA413AndLeavesNothing()
    {
        var (status, text) = await _host.SendAsync(HttpMethod.Post, "/api/v1/models/", Part("file", new byte[3 << 20], "--"), Form);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.NotEmpty(ControllerHost.Message(text));
        Assert.Empty(_host.Disk.ModelBytes);
    }

    [Fact]
    public async Task Upload_NotRecorded_Is503()
    {
        _host.Errors.Expect("simulated");
        _host.StoreFaults.FailBefore("add a model");

        var (status, _) = await _host.SendAsync(HttpMethod.Post, "/api/v1/models/", Part("file", Npz, "--"), Form);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Empty(_host.Disk.Models);
        Assert.Empty(_host.Disk.ModelBytes);
    }

    [Fact]
    public async Task Upload_RecordedAlthoughTheStoreFailed_KeepsItsBytes()
    {
        _host.Errors.Expect("simulated");
        _host.StoreFaults.FailAfter("add a model");

        var (status, _) = await _host.SendAsync(HttpMethod.Post, "/api/v1/models/", Part("file", Npz, "--"), Form);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(Assert.Single(_host.Disk.Models).Id, Assert.Single(_host.Disk.ModelBytes).Key);
    }

    [Fact]
    public async Task Upload_DiskFull_IsA503ThatSaysNothingOfTheDisk()
    {
        await using var host = await ControllerHost.StartAsync(services => services.AddSingleton<IModelDataStore, FullDisk>());
        host.Errors.Expect("No space left on device");

        var (status, text) = await host.SendAsync(HttpMethod.Post, "/api/v1/models/", Part("file", Npz, "--"), Form);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "A store of the server is out of order; try again."), (status, ControllerHost.Message(text)));
        Assert.Empty(host.Disk.Models);
    }

    [Fact]
    public async Task Download_BytesGone_Is404()
    {
        var id = await _host.Api.UploadModelAsync(Npz, Token);
        _host.Disk.ModelBytes.Remove(ModelId.Parse(id));

        Assert.Equal(HttpStatusCode.NotFound, (await _host.SendAsync(HttpMethod.Get, $"/api/v1/models/{id}/download")).Status);
    }

    private static byte[] Part(string name, ReadOnlySpan<byte> content, string end) =>
    [
        .. Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n"), .. content, .. Encoding.ASCII.GetBytes("\r\n"),
        .. end.Length > 0 ? "--b--\r\n"u8 : [],
    ];

    private sealed class FullDisk : IModelDataStore
    {
        public ValueTask<ModelDataWriter> CreateAsync(ModelId id, CancellationToken cancellationToken) => new(new Writer());

        public ValueTask<ByteSource?> OpenAsync(ModelId id, CancellationToken cancellationToken) => new((ByteSource?)null);

        public ValueTask DeleteAsync(ModelId id, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        private sealed class Writer : ModelDataWriter
        {
            public override Stream Stream { get; } = new Full();

            public override ValueTask<ModelData> CompleteAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("nothing was written");

            public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }

        private sealed class Full : MemoryStream
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
                throw new IOException("No space left on device : '/srv/models/x'");
        }
    }
}
