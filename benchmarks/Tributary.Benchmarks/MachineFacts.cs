// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Intrinsics;

namespace Tributary.Benchmarks;

internal static class MachineFacts
{
    public static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        var model = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return $"{model?.Split(": ")[^1] ?? "unknown processor"}, vectors of {width} bits";
    }
}
