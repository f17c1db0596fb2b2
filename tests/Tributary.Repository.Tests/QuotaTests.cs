// SPDX-License-Identifier: Apache-2.0

using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Tributary.Repository.Tests;

/// <summary>The quota of a token, when two uploads use it up at the same time.</summary>
public sealed class QuotaTests : RepositoryTests
{
    [Fact]
    public async Task Bytes_TwoUploadsThatFitOneByOne_AreMeasuredAgainWhenTheyAreStored()
    {
        await using var host = await StartAsync(
            ("Repository:Access:Tokens:0:Name", "writer"),
            ("Repository:Access:Tokens:0:Sha256", Convert.ToHexString(SHA256.HashData("writer"u8))),
            ("Repository:Access:Tokens:0:Roles:models", "write"),
            ("Repository:Access:Tokens:0:MaxBytes", "10"));
        await host.AsAsync("writer", "POST", "/model", ModelJson);
        using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TestLimits.Step }) { BaseAddress = host.Address };
        var uploads = new[] { new HeldFile(new byte[6]), new HeldFile(new byte[5]) };
        var answers = uploads.Select(PutAsync).ToArray();
        await Task.WhenAll(uploads.Select(u => u.Wanted)).WaitAsync(TestLimits.Step, Token);

        Array.ForEach(uploads, u => u.Release());

        Assert.Equal([204, 413], (await Task.WhenAll(answers).WaitAsync(TestLimits.Step, Token)).Order());
        Assert.Single(host.Contents);
        Assert.Empty(host.Incoming);

        Task<int> PutAsync(HeldFile file)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, "/model/m/1") { Content = new MultipartFormDataContent { { file, "file", "f" } } };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "writer");
            request.Headers.ExpectContinue = true;
            return client.SendAsync(request, Token).StatusAsync();
        }
    }

    /// <summary>A file whose bytes leave when it is released; the server wants them when it has measured the quota.</summary>
    private sealed class HeldFile(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Wanted => _wanted.Task;

        public void Release() => _released.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _wanted.SetResult();
            await _released.Task;
            await stream.WriteAsync(bytes, Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
