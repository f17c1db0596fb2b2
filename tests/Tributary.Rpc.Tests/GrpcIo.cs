// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>Python with Debian's grpcio. Where it is absent the tests are skipped, but in CI they fail.</summary>
internal static class GrpcIo
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Probed = new(Probe);

    /// <summary>For fixtures, where a test cannot be skipped.</summary>
    public static bool IsThere => Probed.Value;

    public static void Require()
    {
        if (!IsThere)
        {
            const string Reason = "python3-grpcio is not installed; eng/install-test-tools.sh does that.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Reason);
            Assert.Fail(Reason);
        }
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python)
        {
            WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "Python"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("Python did not start.");
    }

    private static bool Probe()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var process = Start("-c", "import sys\ntry:\n  import grpc; grpc.server\nexcept Exception:\n  sys.exit(1)");
        return process.WaitForExit(TestLimits.Step) && process.ExitCode == 0;
    }
}
