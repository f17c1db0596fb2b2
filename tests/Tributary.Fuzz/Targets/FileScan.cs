// SPDX-License-Identifier: Apache-2.0

using Tributary.Repository.Scanning;

namespace Tributary.Fuzz.Targets;

/// <summary>Any bytes are scanned to a report, the same each time; no more is read than the budget allows.</summary>
internal static class FileScan
{
    private const long MaxReadBytes = 1 << 18;

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var first = Scan(bytes);
        var second = Scan(bytes);
        if (first != second)
        {
            throw new InvalidOperationException($"First: {first}; then: {second}.");
        }
    }

    private static string Scan(byte[] bytes)
    {
        var budget = new ScanBudget(MaxReadBytes);
        using var file = new MemoryStream(bytes, writable: false);
        var report = new ContentScan(budget, CancellationToken.None).Read(file);
        if (budget.ReadBytes > MaxReadBytes)
        {
            throw new InvalidOperationException($"{budget.ReadBytes} bytes were read.");
        }

        if (report.Pickles.Count > ScanBudget.MaxPickles || report.Faults.Count > ScanReport.MaxWarnings)
        {
            throw new InvalidOperationException($"{report.Pickles.Count} pickles and {report.Faults.Count} faults are kept.");
        }

        var text = report.Write();
        return ScanReport.Read(text)?.Write() == text ? text : throw new InvalidOperationException($"{text} is not read as it was written.");
    }
}
