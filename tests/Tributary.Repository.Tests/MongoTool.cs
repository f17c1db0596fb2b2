// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Text.Json.Nodes;
using Tributary.Testing;

namespace Tributary.Repository.Tests;

/// <summary>Writes and reads archives of mongodump with Debian's python3-bson. Where it is absent the tests are skipped, but in CI they fail.</summary>
internal static class MongoTool
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Probed = new(Probe);

    /// <summary>The path of the archive of a case, in a folder.</summary>
    public static async Task<string> WriteAsync(string name, string folder)
    {
        Require();
        var path = Path.Combine(folder, name);
        Assert.Equal(0, (await RunAsync("mongo_archive.py", "write", name, path)).Code);
        return path;
    }

    /// <summary>What an archive holds, with whole files.</summary>
    public static async Task<JsonNode> ReadAsync(string path)
    {
        Require();
        var (code, output) = await RunAsync("mongo_archive.py", "read", path);
        Assert.Equal(0, code);
        return JsonNode.Parse(output)!;
    }

    private static void Require()
    {
        if (!Probed.Value)
        {
            const string Reason = "python3-bson is not installed; eng/install-test-tools.sh does that.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Reason);
            Assert.Fail(Reason);
        }
    }

    private static bool Probe()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var process = Start("-c", "import bson; bson.encode");
        return process.WaitForExit(TestLimits.Step) && process.ExitCode == 0;
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python)
        {
            WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "Python"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
