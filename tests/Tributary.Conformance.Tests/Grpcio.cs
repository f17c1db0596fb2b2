// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;

namespace Tributary.Conformance.Tests;

/// <summary>Debian's Python with grpcio, and the messages generated for it. Where they are absent tests are skipped, but in CI they fail.</summary>
internal static class Grpcio
{
    private const string Python = "/usr/bin/python3";
    private const string Reason = "python3-grpcio, python3-numpy, python3-protobuf and protoc (eng/install-test-tools.sh) are not installed";

    private static string Scripts => Path.Combine(AppContext.BaseDirectory, "Python");

    /// <summary>Writes the code for the messages of <c>fedn.proto</c> into a folder.</summary>
    public static async Task GenerateAsync(string folder)
    {
        if (!await IsThereAsync())
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Reason);
            Assert.Fail(Reason);
        }

        Assert.Equal("", await ReadAsync("protoc", $"--proto_path={Scripts}", $"--python_out={folder}", "fedn.proto"));
    }

    /// <summary>Starts a script whose standard input stays open.</summary>
    public static Process Start(string script, params string[] arguments) => Start(Python, [Path.Combine(Scripts, script), .. arguments], isHeld: true);

    /// <summary>Returns what a script writes on its standard output until it ends; its standard error goes with that of the tests.</summary>
    public static Task<string> RunAsync(string script, params string[] arguments) => ReadAsync(Python, [Path.Combine(Scripts, script), .. arguments]);

    /// <summary>Returns the number of cases that a script has.</summary>
    public static async Task<int> CountCasesAsync(string script) =>
        (await File.ReadAllLinesAsync(Path.Combine(Scripts, script), TestContext.Current.CancellationToken)).Count(line => line == "@case");

    private static async Task<bool> IsThereAsync()
    {
        try
        {
            await ReadAsync("protoc", "--version");
            return await ReadAsync(Python, "-c", "import grpc, numpy, google.protobuf; print('there')") == "there\n";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> ReadAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments, isHeld: false);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
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

    private static Process Start(string program, string[] arguments, bool isHeld) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardInput = isHeld, RedirectStandardOutput = true, UseShellExecute = false })!;
}
