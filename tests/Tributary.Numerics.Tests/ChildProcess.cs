// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Tributary.Numerics.Tests.Kernels;

namespace Tributary.Numerics.Tests;

/// <summary>
/// Runs work in a fresh process of this executable: with other processor features switched off, or with its own memory to measure.
/// </summary>
internal static class ChildProcess
{
    private const string Variable = "TRIBUTARY_NUMERICS_CHILD";

    private static readonly Dictionary<string, Func<string>> Works = new(StringComparer.Ordinal)
    {
        [LinearCombinationTests.Work] = LinearCombinationTests.Digests,
        [FoldDeterminism.Name] = FoldDeterminism.Run,
        [FoldMemory.Name] = FoldMemory.Run,
        [RobustDeterminism.Name] = RobustDeterminism.Run,
    };

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "This is an executable.")]
    internal static void RunWorkInsteadOfTests()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } work)
        {
            Console.Out.WriteLine(Works[work]());
            Console.Out.Flush();
            Environment.Exit(0);
        }
    }

    /// <summary>The standard output of a piece of work in a process of its own.</summary>
    public static async Task<string> RunAsync(string work, params (string Name, string Value)[] environment)
    {
        var assembly = typeof(ChildProcess).Assembly.Location;
        var executable = Path.ChangeExtension(assembly, null);
        var start = File.Exists(executable) ? new ProcessStartInfo(executable) : new ProcessStartInfo("dotnet", assembly);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.Environment[Variable] = work;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} does not start.");
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
