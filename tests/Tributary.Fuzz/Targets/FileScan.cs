// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using Tributary.Repository.Scanning;

namespace Tributary.Fuzz.Targets;

/// <summary>Any bytes are scanned to a report, the same each time; no more is read and put aside than the budget allows, and nothing stays.</summary>
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

    [SuppressMessage("Usage", "VSTHRD002", Justification = "It has completed, or the target fails.")]
    private static string Scan(byte[] bytes)
    {
        var budget = new ScanBudget(MaxReadBytes);
        var uploads = new FuzzUploads();
        using var file = new MemoryStream(bytes, writable: false);
        var scan = new ContentScan(uploads.BeginAsync, budget, CancellationToken.None).ReadAsync(file);
        var report = scan.IsCompleted ? scan.GetAwaiter().GetResult() : throw new InvalidOperationException("It waits although all bytes are there.");
        if (budget.ReadBytes > MaxReadBytes || uploads.Bytes > budget.ReadBytes || uploads.Open > 0)
        {
            throw new InvalidOperationException($"{budget.ReadBytes} bytes were read and {uploads.Bytes} put aside; {uploads.Open} files are open.");
        }

        if (report.Pickles.Count > ScanBudget.MaxPickles || report.Faults.Count > ScanReport.MaxWarnings)
        {
            throw new InvalidOperationException($"{report.Pickles.Count} pickles and {report.Faults.Count} faults are kept.");
        }

        var text = report.Write();
        return ScanReport.Read(text)?.Write() == text ? text : throw new InvalidOperationException($"{text} is not read as it was written.");
    }
}
