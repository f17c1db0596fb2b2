// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Tributary.Tests.Server;

public sealed class HangingUploadTests
{
    [Fact]
    public async Task Stop_UploadsHang_EndsSoonAndLeavesNoPartOfThem()
    {
        await using var host = await ServerHost.StartAsync();
        using var http = new HttpClient { BaseAddress = host.Repository };
        using var model = new StringContent("""{"model_name":"m","model_version":"1","meta":{"library":"l","description":"d"}}""", null, "application/json");
        using var added = await http.PostAsync(new Uri("/model", UriKind.Relative), model, Token);
        added.EnsureSuccessStatusCode();
        using var first = await BeginAsync(host.Repository, "PUT /model/m/1");
        using var second = await BeginAsync(host.Controller, "POST /api/v1/models/");
        var incoming = Path.Combine(host.DataFolder, "spool", "incoming");
        await Eventually.BecomesAsync("the parts", () => Directory.GetFiles(incoming).Length + Directory.GetFiles(Path.Combine(host.DataFolder, "models")).Length, count => count == 2);

        var began = Stopwatch.StartNew();
        await host.StopServerAsync().WaitAsync(TestLimits.Step, Token);

        // Without a limit of its own, a stop waits thirty seconds.
        Assert.InRange(began.Elapsed.TotalSeconds, 0, 25);
        Assert.Empty(Directory.GetFiles(incoming));
        Assert.Empty(Directory.GetFiles(Path.Combine(host.DataFolder, "models")));
    }

    /// <summary>Sends the first megabyte of a form's file, and nothing after it.</summary>
    private static async Task<TcpClient> BeginAsync(Uri address, string target)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Token);
        var head = $"{target} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string('x', 1 << 20)), Token);
        return client;
    }
}
