// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Tributary.Benchmarks;
using Tributary.Benchmarks.Numerics;
using Tributary.Benchmarks.Repository;
using Tributary.Benchmarks.Rounds;

// Ratios need both sides measured in turn in one process, which a small runner does in seconds: see SideBySide.
Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors, {MachineFacts.Processor()}");
Console.WriteLine();
Console.WriteLine(SideBySide.Header);
Func<Task>[] benchmarks = args switch
{
    [] => [FoldBenchmarks.RunAsync, NpzBenchmarks.RunAsync, UploadBenchmarks.RunAsync, IdleRoundBenchmarks.RunAsync, TransferBenchmarks.RunAsync, PageBenchmarks.RunAsync],
    ["numerics"] => [FoldBenchmarks.RunAsync, NpzBenchmarks.RunAsync],
    ["rounds"] => [UploadBenchmarks.RunAsync, IdleRoundBenchmarks.RunAsync],
    ["repository"] => [TransferBenchmarks.RunAsync, PageBenchmarks.RunAsync],
    _ => throw new ArgumentException($"'{string.Join(' ', args)}'; expected nothing, numerics, rounds or repository"),
};
foreach (var benchmark in benchmarks)
{
    await benchmark();
}
