// SPDX-License-Identifier: Apache-2.0

using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Tributary.Repository.Tests;

/// <summary>Callers that go away while they send.</summary>
public sealed class BrokenBodyTests : FolderTests
{
    private const int Calls = 300;

    [Theory]
    [InlineData("POST /model", "application/json", "7FFFFFFFFFFFFFFF")]
    [InlineData("POST /model", "application/json", "FFFFFFFFFFFFFFFFFFF")]
    [InlineData("PUT /model/m/1", "multipart/form-data; boundary=B", "7FFFFFFFFFFFFFFF")]
    [InlineData("PUT /model/m/1", "multipart/form-data; boundary=B", "-5")]
    public async Task Call_WithAChunkSizeBeyondAllNumbers_IsA400(string call, string type, string size)
    {
        using var warnings = new ErrorWatch(LogLevel.Warning);
        await using var host = await RepositoryHost.StartLoggedAsync(Folder.Combine("data"), warnings);

        var answer = await host.SendRawAsync($"{call} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: {type}\r\n\r\n{size}\r\nx\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"detail":"Bad chunk size data."}""", answer, StringComparison.Ordinal);
        warnings.Verify();
    }

    // Three times out of twenty it went wrong: so many calls do not miss it.
    [Theory]
    [InlineData("POST", "application/json", "")]
    [InlineData("PUT", "multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n")]
    public async Task Call_EndsWithinItsBody_LeavesTheServerWithoutAWarning(string method, string type, string start)
    {
        var token = Token;
        using var warnings = new ErrorWatch(LogLevel.Warning);
        await using (var host = await RepositoryHost.StartLoggedAsync(Folder.Combine("data"), warnings))
        {
            (await host.PostAsync("/model", """{"model_name":"m","model_version":"1"}""")).Dispose();
            var body = start + new string('x', 300_000);
            var call = Encoding.ASCII.GetBytes(
                $"{method} /model{(method == "PUT" ? "/m/1" : "")} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: 600000\r\n\r\n{body}");
            for (var i = 0; i < Calls; i++)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, host.Address.Port, token);
                await client.GetStream().WriteAsync(call, token);
            }

            Assert.Equal("[]", await host.GetTextAsync("/models/available"));
        }

        warnings.Verify();
    }
}
