// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Repository.Rest;
using Tributary.Repository.Scanning;
using Tributary.Repository.Signatures;

namespace Tributary.Repository.Files;

/// <summary>What every file passes on its way out, and before it is trained from: whether it is signed, and what is in it.</summary>
/// <remarks>
/// Files are judged by the settings of today, from what a scan has found in them. One that has not been scanned, because it was imported or
/// restored, or stored while scans were off, is scanned when it is first asked for.
/// </remarks>
internal sealed class FileAccessPolicy(FileSignatures signatures, FileScanner scanner, IRepositoryCatalog catalog)
{
    private readonly KeyedLock<string> _scans = new();

    /// <summary>Returns the reason why a file may not be used; null when it may. The stream stands at its beginning afterwards.</summary>
    public async ValueTask<string?> FindObjectionAsync(RepositoryKind kind, RepositoryContent content, CancellationToken cancellationToken) =>
        (await JudgeAsync(kind, content, cancellationToken)).Objection;

    /// <summary>Null when a file may go out, with a warning when there is one; otherwise the file is closed.</summary>
    public async ValueTask<Response?> PassAsync(RepositoryKind kind, RepositoryContent content, HttpResponse response, CancellationToken cancellationToken)
    {
        var isClosed = true;
        try
        {
            var (objection, warnings) = await JudgeAsync(kind, content, cancellationToken);
            if (objection is not null)
            {
                return ErrorResponses.Forbidden(objection);
            }

            FileWarning.Add(response, warnings);
            isClosed = false;
            return null;
        }
        finally
        {
            if (isClosed)
            {
                await content.Stream.DisposeAsync();
            }
        }
    }

    private async ValueTask<(string? Objection, IReadOnlyList<string> Warnings)> JudgeAsync(
        RepositoryKind kind, RepositoryContent content, CancellationToken cancellationToken)
    {
        if (signatures.FindObjection(kind, content.File) is { } unsigned)
        {
            return (unsigned, []);
        }

        if (!scanner.IsOn)
        {
            return (null, []);
        }

        var report = ScanReport.Read(content.File.Annotations.Scan) ?? await ScanAsync(kind, content, cancellationToken);
        var warnings = scanner.Judge(kind, report);
        return (scanner.Enforces && warnings.Count > 0 ? $"The file is in quarantine: {string.Join("; ", warnings)}" : null, warnings);
    }

    /// <summary>Scans a file once, however many ask for it at the same time.</summary>
    private async ValueTask<ScanReport> ScanAsync(RepositoryKind kind, RepositoryContent content, CancellationToken cancellationToken)
    {
        using var turn = await _scans.EnterAsync(content.File.Id, cancellationToken);
        if (ScanReport.Read((await catalog.FindFileAsync(content.File.Id, cancellationToken))?.Annotations.Scan) is { } noted)
        {
            return noted;
        }

        var report = await scanner.ScanAsync(kind, content.Stream, cancellationToken);
        await catalog.NoteScanAsync(content.File.Id, report.Write(), cancellationToken);
        content.Stream.Position = 0;
        return report;
    }
}
