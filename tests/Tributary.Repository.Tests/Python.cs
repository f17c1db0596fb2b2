// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>Debian's Python and its python3-bson. Where one of them is absent the tests are skipped, but in CI they fail.</summary>
internal static class Python
{
    private const string Executable = "/usr/bin/python3";

    private static readonly Lazy<bool> HasBson = new(() =>
    {
        using var process = Start("-c", "import bson; bson.encode");
        return process.WaitForExit(TestLimits.Step) && process.ExitCode == 0;
    });

    /// <summary>What a script of a few lines prints, without the white space around it.</summary>
    public static Task<string> RunAsync(string script, params string[] arguments)
    {
        Require(File.Exists(Executable), "python3");
        return RunAsync(["-c", script, .. arguments]);
    }

    /// <summary>Writes the archive of mongodump of a case into a folder, and returns its path.</summary>
    public static async Task<string> WriteArchiveAsync(string name, string folder)
    {
        var path = Path.Combine(folder, name);
        await RunArchiveAsync("write", name, path);
        return path;
    }

    /// <summary>What an archive of mongodump holds, with whole files.</summary>
    public static async Task<JsonNode> ReadArchiveAsync(string path) => JsonNode.Parse(await RunArchiveAsync("read", path))!;

    private static Task<string> RunArchiveAsync(params string[] arguments)
    {
        Require(File.Exists(Executable) && HasBson.Value, "python3-bson");
        return RunAsync(["mongo_archive.py", .. arguments]);
    }

    private static void Require(bool isThere, string what)
    {
        if (!isThere)
        {
            var reason = $"{what} is not installed; eng/install-test-tools.sh does that.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", reason);
            Assert.Fail(reason);
        }
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        using var process = Start(arguments);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "Python"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return Process.Start(start)!;
    }
}
