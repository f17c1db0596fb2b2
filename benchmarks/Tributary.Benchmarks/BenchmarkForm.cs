// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Benchmarks;

/// <summary>The amount of work of a benchmark.</summary>
internal enum BenchmarkForm
{
    /// <summary>The sizes and repetitions of the recorded results.</summary>
    Full,

    /// <summary>One repetition on small sizes: proves that the benchmark runs, and measures nothing.</summary>
    Short,
}
