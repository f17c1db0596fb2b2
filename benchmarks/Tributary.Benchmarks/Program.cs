// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Tributary.Benchmarks;
using Tributary.Benchmarks.Numerics;
using Tributary.Benchmarks.Repository;
using Tributary.Benchmarks.Rounds;

// Ratios need both sides measured in turn in one process, which a small runner does in seconds: see SideBySide.
var suites = new Dictionary<string, Func<BenchmarkRun, Task>[]>
{
    ["numerics"] = [FoldBenchmarks.RunAsync, NpzBenchmarks.RunAsync],
    ["rounds"] = [UploadBenchmarks.RunAsync, IdleRoundBenchmarks.RunAsync],
    ["repository"] = [TransferBenchmarks.RunAsync, PageBenchmarks.RunAsync],
};
const string All = "all";
const string Short = "--short";
var form = args.Contains(Short) ? BenchmarkForm.Short : BenchmarkForm.Full;
string[] names = [.. args.Where(argument => argument != Short)];
var name = names is [var only] ? only : All;
if (names.Length > 1 || (name != All && !suites.ContainsKey(name)))
{
    await Console.Error.WriteLineAsync($"'{string.Join(' ', args)}'; expected one of {All}, {string.Join(", ", suites.Keys)}, and perhaps {Short}.");
    return 2;
}

Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors, {MachineFacts.Processor()}");
var failed = 0;
foreach (var benchmark in suites.Where(suite => name is All || name == suite.Key).SelectMany(suite => suite.Value))
{
    var run = new BenchmarkRun(form);
    try
    {
        await benchmark(run);
        run.CheckRows();
    }
    catch (Exception error)
    {
        // The others still run: one report names everything that is broken.
        failed++;
        await Console.Error.WriteLineAsync($"{benchmark.Method.DeclaringType!.Name} failed: {error}");
    }
}

return failed == 0 ? 0 : 1;
