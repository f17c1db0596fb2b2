// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>
/// Folds 50 mapped updates of ten million float32 into a mapped mean and then into their median, and prints the anonymous memory of the
/// process in bytes. The 50 mappings lie over five files, which changes nothing for the process and spares the disk.
/// </summary>
internal static class FoldMemory
{
    public const string Name = "fold-memory";
    public const int Parameters = 10_000_000;

    private const int Updates = 50;
    private const int Files = 5;

    public static string Run()
    {
        using var folder = new TemporaryFolder();
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float32, [Parameters]));
        for (var i = 0; i < Files; i++)
        {
            using var written = ParameterSet.CreateFile(PathOf(i), layout);
            written.Values<float>(0).Fill(i);
        }

        ParameterSet[] updates = [.. Enumerable.Range(0, Updates).Select(i => ParameterSet.OpenFile(PathOf(i % Files), layout))];
        double[] weights = [.. Enumerable.Repeat(1.0, Updates)];
        using var mean = ParameterSet.CreateFile(PathOf(Files), layout);
        WeightedMean.Fold(updates, weights, mean, 2, CancellationToken.None);
        if (mean.ReadOnlyValues<float>(0)[^1] != 2)
        {
            throw new InvalidOperationException("The mean is wrong.");
        }

        CoordinateMedian.Fold(updates, mean, 2, CancellationToken.None);
        if (mean.ReadOnlyValues<float>(0)[^1] != 2)
        {
            throw new InvalidOperationException("The median is wrong.");
        }

        return AnonymousBytes().ToString(CultureInfo.InvariantCulture);

        string PathOf(int file) => folder.Combine(file.ToString(CultureInfo.InvariantCulture));
    }

    private static long AnonymousBytes()
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
