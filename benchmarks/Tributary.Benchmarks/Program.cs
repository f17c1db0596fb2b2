// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Tributary.Benchmarks;
using Tributary.Benchmarks.Grpc;
using Tributary.Benchmarks.Numerics;
using Tributary.Benchmarks.Repository;
using Tributary.Benchmarks.Rounds;

// Ratios need both sides measured in turn in one process, which a small runner does in seconds: see SideBySide.
var suites = new Dictionary<string, Func<BenchmarkRun, Task>[]>
{
    ["numerics"] = [FoldBenchmarks.RunAsync, NpzBenchmarks.RunAsync],
    ["robust"] = [RobustBenchmarks.RunAsync],
    ["mapped"] = [OutOfCoreBenchmarks.RunAsync],
    ["rounds"] = [UploadBenchmarks.RunAsync, IdleRoundBenchmarks.RunAsync],
    ["sessions"] = [SessionBenchmarks.RunAsync],
    ["warm"] = [ColdRoundBenchmarks.RunWarmAsync],
    ["cold"] = [ColdRoundBenchmarks.RunAsync],
    ["grpc"] = [GrpcBenchmarks.RunAsync],
    ["repository"] = [TransferBenchmarks.RunAsync, PageBenchmarks.RunAsync],
};
const string All = "all";
const string Short = "--short";
const string Server = "--server";
var form = args.Contains(Short) ? BenchmarkForm.Short : BenchmarkForm.Full;
var server = args.SkipWhile(argument => argument != Server).Skip(1).FirstOrDefault();
string[] names = [.. args.Where(argument => argument is not (Short or Server) && argument != server)];
var name = names is [var only] ? only : All;
if (names.Length > 1 || (name != All && !suites.ContainsKey(name)))
{
    await Console.Error.WriteLineAsync($"'{string.Join(' ', args)}'; expected one of {All}, {string.Join(", ", suites.Keys)}, and perhaps {Short} and {Server} PATH.");
    return 2;
}

Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors, {MachineFacts.Processor()}");
var failed = 0;
foreach (var benchmark in suites.Where(suite => name is All || name == suite.Key).SelectMany(suite => suite.Value))
{
    var run = new BenchmarkRun(form, server);
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
