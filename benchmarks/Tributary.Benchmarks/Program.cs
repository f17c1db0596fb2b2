// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Tributary.Benchmarks;
using Tributary.Benchmarks.Numerics;

// Ratios need both sides measured in turn in one process, which a small runner does in seconds: see SideBySide.
Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors, {MachineFacts.Processor()}");
Console.WriteLine();
Console.WriteLine(SideBySide.Header);
foreach (var benchmark in new Action[] { FoldBenchmarks.Run, NpzBenchmarks.Run })
{
    benchmark();
}
