// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Repository;

namespace Tributary.Repository.Scanning;

/// <summary>Looks into files, and says what of that the policy does not allow: at what pickles import, and whether archives are harmless.</summary>
internal sealed class FileScanner(IOptions<RepositoryOptions> options) : IDisposable
{
    private readonly AllowedImports _allowed = new(options.Value.AllowedImports);

    /// <summary>Scans at a time: one may keep a processor busy for long.</summary>
    private readonly SemaphoreSlim _room = new(Environment.ProcessorCount);

    /// <summary>Whether files are looked into at all.</summary>
    public bool IsOn { get; } = options.Value.Pickles != PicklePolicy.Off;

    /// <summary>Whether a file with warnings is refused.</summary>
    public bool Enforces { get; } = options.Value.Pickles == PicklePolicy.Enforce;

    /// <summary>What there is in a file, judged as one of a kind. Its position does not matter, and is anywhere afterwards.</summary>
    public async Task<ScanReport> ScanAsync(RepositoryKind kind, Stream file, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            // It may take long, and nothing in it waits: not on the thread of a request.
            var report = await Task.Run(() => new ContentScan(new ScanBudget(), cancellationToken).Read(file), cancellationToken);
            return report with { Warnings = Judge(kind, report) };
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>What the policy of today does not allow in a file of a kind, a sentence each.</summary>
    public IReadOnlyList<string> Judge(RepositoryKind kind, ScanReport report) =>
        [.. report.Faults.Concat(report.Pickles.SelectMany(p => Judge(kind, p))).Take(ScanReport.MaxWarnings)];

    public void Dispose() => _room.Dispose();

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
