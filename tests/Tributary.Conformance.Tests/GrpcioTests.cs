// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;

namespace Tributary.Conformance.Tests;

/// <summary>Clients written with grpcio, against a real server.</summary>
public sealed class GrpcioTests : FolderTests
{
    private const string Python = "/usr/bin/python3";
    private const string Tools = "python3-grpcio, python3-numpy, python3-protobuf and protoc (eng/install-test-tools.sh)";

    [Fact]
    public async Task Server_PythonClientsPlayTheTable_EveryCaseHolds()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Python");
        if (!await HasToolsAsync())
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", $"{Tools} are not installed");
            Assert.Fail($"{Tools} are not installed");
        }

        Assert.Equal("", await RunAsync("protoc", [$"--proto_path={source}", $"--python_out={Folder.Path}", "fedn.proto"]));
        await using var server = await ServerProcess.StartAsync(new ServerStart(Folder.Combine("data")), Token);

        var output = await RunAsync(
            Python,
            [Path.Combine(source, "fedn_round.py"), server.Combiner.Authority, server.Controller.ToString().TrimEnd('/'), Folder.Path]);

        var cases = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(await CountCasesAsync(Path.Combine(source, "fedn_round.py")), cases.Count);
        Assert.All(cases, result => Assert.True(result["failed"] is null, $"{result["case"]}: {result["failed"]}\nserver: {server.Errors}"));
    }

    private static async Task<int> CountCasesAsync(string script) =>
        (await File.ReadAllLinesAsync(script, Token)).Count(line => line == "@case");

    private static async Task<bool> HasToolsAsync()
    {
        try
        {
            await RunAsync("protoc", ["--version"]);
            return await RunAsync(Python, ["-c", "import grpc, numpy, google.protobuf; print('there')"]) == "there\n";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>What a program says on its standard output; its standard error goes with ours.</summary>
    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bounded.CancelAfter(TestLimits.Scenario);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(bounded.Token);
            await process.WaitForExitAsync(bounded.Token);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
