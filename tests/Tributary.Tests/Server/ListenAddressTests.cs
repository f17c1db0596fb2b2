// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Tests.Server;

public sealed class ListenAddressTests : FolderTests
{
    [Fact]
    public async Task Serve_OnAPortInUse_SaysSoInOneLineWithTheAddress()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://{other.LocalEndpoint}";

        var (code, output, error) = await ServeAsync("--controller", address);

        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"Server:Controller is '{address}/', which cannot be used: Address already in use.{Environment.NewLine}", error);
    }

    [Fact]
    public async Task Serve_OnTwoAddressesThatAreOne_SaysSoInOneLine()
    {
        var port = FreePorts.Find();

        var (code, output, error) = await ServeAsync("--controller", $"http://127.0.0.1:{port}", "--repository", $"http://localhost:{port}");

        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"Server:Repository is 'http://localhost:{port}/', which cannot be used: Address already in use.{Environment.NewLine}", error);
    }

    [Fact]
    public async Task Serve_OnAnAddressOfAnotherMachine_SaysSoInOneLine()
    {
        // 192.0.2.0/24 is set apart for documentation (RFC 5737).
        var (code, output, error) = await ServeAsync("--controller", "http://192.0.2.1:8092", "--insecure", "--set", "AllowedHosts=*");

        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"Server:Controller is 'http://192.0.2.1:8092/', which cannot be used: Cannot assign requested address.{Environment.NewLine}", error);
    }

    private async Task<(int Code, string Output, string Error)> ServeAsync(params string[] arguments)
    {
        string[] others = [.. ServerRoles.All.Where(role => !arguments.Contains($"--{role.Name}")).SelectMany(role => new[] { $"--{role.Name}", "http://127.0.0.1:0" })];
        var start = new ProcessStartInfo("dotnet", [ServerProcess.Executable, "serve", "--data", Folder.Combine("data"), .. others, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, await error);
    }
}
