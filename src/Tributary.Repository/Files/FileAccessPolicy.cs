// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Repository.Rest;
using Tributary.Repository.Scanning;
using Tributary.Repository.Signatures;

namespace Tributary.Repository.Files;

/// <summary>The check of signature and content that every file passes before it is sent to a caller or trained from.</summary>
/// <remarks>
/// Files are judged by the current settings, from the stored result of a scan. A file that has not been scanned, because it was imported,
/// restored, or stored while scans were off, is scanned when it is first requested.
/// </remarks>
internal sealed class FileAccessPolicy(FileSignatures signatures, FileScanner scanner, IRepositoryAnnotations annotations)
{
    private readonly KeyedLock<string> _scans = new();

    /// <summary>Returns the reason why a file may not be used; null when it may. The stream is at its beginning afterwards.</summary>
    public async ValueTask<string?> FindObjectionAsync(RepositoryKind kind, RepositoryContent content, CancellationToken cancellationToken) =>
        (await JudgeAsync(kind, content, cancellationToken)).Objection;

    /// <summary>Returns null when a file may be sent, and adds its warnings to the response; else closes it and refuses.</summary>
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

    /// <summary>Scans a file once, however many callers request it at the same time.</summary>
    private async ValueTask<ScanReport> ScanAsync(RepositoryKind kind, RepositoryContent content, CancellationToken cancellationToken)
    {
        using var holder = await _scans.EnterAsync(content.File.Id, cancellationToken);
        if (ScanReport.Read((await annotations.FindFileAsync(content.File.Id, cancellationToken))?.Annotations.Scan) is { } noted)
        {
            return noted;
        }

        var report = await scanner.ScanAsync(kind, content.Stream, cancellationToken);
        await annotations.NoteScanAsync(content.File.Id, report.Write(), cancellationToken);
        content.Stream.Position = 0;
        return report;
    }
}
