// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;

namespace Tributary.Repository.Scanning;

/// <summary>A scanner of files that reports violations of the policy: forbidden imports of pickles, and harmful archives.</summary>
internal sealed class FileScanner(IOptions<RepositoryOptions> options) : IDisposable
{
    private readonly AllowedImports _allowed = new(options.Value.AllowedImports);
    private readonly long _maxExpandedBytes = options.Value.MaxExpandedBytes;

    /// <summary>The limit on concurrent scans, each of which may keep a processor busy for long.</summary>
    private readonly SemaphoreSlim _room = new(Environment.ProcessorCount);

    public bool IsOn { get; } = options.Value.Pickles != PicklePolicy.Off;

    public bool Enforces { get; } = options.Value.Pickles == PicklePolicy.Enforce;

    /// <summary>Scans a file from its beginning and judges it as one of a kind; the stream's position is undefined afterwards.</summary>
    public async Task<ScanReport> ScanAsync(RepositoryKind kind, Stream file, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            // A scan is CPU-bound and may take long, so it does not run on the thread of a request.
            var report = await Task.Run(() => new ContentScan(new ScanBudget(), cancellationToken).Read(file), cancellationToken);
            return report with { Warnings = Judge(kind, report) };
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Returns a sentence for each violation of the current policy in a file of a kind.</summary>
    public IReadOnlyList<string> Judge(RepositoryKind kind, ScanReport report) =>
        [.. report.Faults.Concat(Judge(report.Expansion)).Concat(report.Pickles.SelectMany(p => Judge(kind, p))).Take(ScanReport.MaxWarnings)];

    public void Dispose() => _room.Dispose();

    private IEnumerable<string> Judge(ScannedExpansion? expansion)
    {
        if (expansion?.Total > _maxExpandedBytes)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{MemberRules.Quote(expansion.Member)} expands from {expansion.Packed} to {expansion.Length} bytes; what expands more than {MemberRules.MaxRatio} times has {expansion.Total} bytes in all, and {_maxExpandedBytes} are allowed");
        }
    }

    private IEnumerable<string> Judge(RepositoryKind kind, ScannedPickle pickle)
    {
        var where = pickle.Member is { } member ? $"{MemberRules.Quote(member)}: " : "";
        foreach (var import in pickle.Imports.Where(i => !_allowed.Contains(kind, i)))
        {
            yield return $"{where}the pickle imports {import}";
        }

        foreach (var unnamed in pickle.Unnamed)
        {
            yield return $"{where}the pickle imports what it does not name: {unnamed}";
        }

        if (pickle.Problem is { } problem)
        {
            yield return $"{where}the pickle is broken: {problem}";
        }
    }
}
