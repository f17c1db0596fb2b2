// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;

namespace Tributary.Repository.Tests;

/// <summary>Runs a few lines of Debian's Python. Where it is absent the tests are skipped, but in CI they fail.</summary>
internal static class Python
{
    private const string Executable = "/usr/bin/python3";

    /// <summary>What a script prints, without the white space around it.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        if (!File.Exists(Executable))
        {
            const string Reason = "python3 is not installed; eng/install-test-tools.sh does that.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Reason);
            Assert.Fail(Reason);
        }

        var start = new ProcessStartInfo(Executable) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", script, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
