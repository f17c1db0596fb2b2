// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Tests.Server;

/// <summary>A server that may open few files, as many systems have it.</summary>
public sealed class OpenFilesTests : FolderTests
{
    [Fact]
    public async Task Connections_MoreThanTheProcessMayOpenFiles_LeaveItAliveAndAreRefused()
    {
        using var process = Start(512);
        try
        {
            var addresses = new Dictionary<string, Uri>();
            for (var i = 0; i < 4; i++)
            {
                var line = (await process.StandardOutput.ReadLineAsync(Token))!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                addresses.Add(line[0], new Uri(line[1]));
            }

            var connections = new List<TcpClient>();
            for (var i = 0; i < 1500; i++)
            {
                var client = new TcpClient();
                connections.Add(client);
                var address = addresses[i % 2 == 0 ? "combiner" : "controller"];
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, address.Port, Token);
                }
                catch (SocketException)
                {
                    // Closed before it was used.
                }
            }

            connections.ForEach(client => client.Dispose());
            using var http = new HttpClient { BaseAddress = addresses["controller"] };
            await Eventually.BecomesAsync("an answer", token => AskAsync(http, token), status => status == HttpStatusCode.OK, TestLimits.Step, Token);
            Assert.False(process.HasExited);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Serve_WithFewerFilesThanItNeeds_SaysSo()
    {
        using var process = Start(300);

        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.Equal(
            (1, $"The process may open 300 files; expected 512 or more. Raise the limit of open files (ulimit -n).{Environment.NewLine}"),
            (process.ExitCode, error));
    }

    private static async Task<HttpStatusCode?> AskAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private Process Start(int files)
    {
        string[] addresses = [.. ServerRoles.All.SelectMany(role => new[] { $"--{role.Name}", "http://127.0.0.1:0" })];
        var start = new ProcessStartInfo(
            "sh", ["-c", $"ulimit -n {files} && exec dotnet \"$@\"", "sh", ServerProcess.Executable, "serve", "--data", Folder.Combine("data"), .. addresses])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start)!;
    }
}
