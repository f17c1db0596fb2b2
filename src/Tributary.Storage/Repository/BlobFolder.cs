// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Storage.Files;
using Tributary.Storage.Metadata;

namespace Tributary.Storage.Repository;

/// <summary>The contents of the repository's files, each once, named by its digest: names that callers choose never reach a path.</summary>
internal sealed class BlobFolder(DataFolder folder, IdSource ids) : IDisposable
{
    private const int DigestDigits = 64;
    private const int NamesAtOnce = 500;

    // A content and its record come together: otherwise a removal could take a content that is just stored again.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Channel<bool> _unused = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that a content has lost its last record.</summary>
    public ChannelWriter<bool> Unused => _unused.Writer;

    public async ValueTask WaitForUnusedAsync(CancellationToken cancellationToken) => await _unused.Reader.ReadAsync(cancellationToken);

    /// <summary>Waits until nobody else stores or removes contents; until the result is disposed nobody does.</summary>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    public DurableFileWriter Create() => new(Path.Combine(folder.Incoming, $"repository.{ids.Next()}"));

    public string Locate(string sha256) =>
        IsDigest(sha256) ? Path.Combine(folder.Repository, sha256) : throw new ArgumentException($"'{sha256}' is no digest.", nameof(sha256));

    /// <summary>The length of a content; null when it is not there, or when that is no digest.</summary>
    public long? Measure(string sha256) => IsDigest(sha256) && new FileInfo(Locate(sha256)) is { Exists: true } file ? file.Length : null;

    /// <summary>Opens a content; null when it is not there.</summary>
    public FileStream? Open(string sha256)
    {
        try
        {
            return new FileStream(Locate(sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void Remove(string sha256)
    {
        Failpoints.Reached("content.removing", sha256);
        File.Delete(Locate(sha256));
        Failpoints.Reached("content.removed", sha256);
    }

    /// <summary>The names of files that neither a record nor a note mentions. The caller has its turn, so that none is just being stored.</summary>
    public async Task<IReadOnlyList<string>> FindStraysAsync(MetadataContext context, CancellationToken cancellationToken)
    {
        var strays = new List<string>();
        foreach (var names in Directory.EnumerateFiles(folder.Repository).Select(p => Path.GetFileName(p)!).Chunk(NamesAtOnce))
        {
            var recorded = await context.RepositoryFiles.Where(f => names.Contains(f.Sha256)).Select(f => f.Sha256).Distinct().ToListAsync(cancellationToken);
            var noted = await context.UnusedContents.Where(u => names.Contains(u.Sha256)).Select(u => u.Sha256).ToListAsync(cancellationToken);
            strays.AddRange(names.Except(recorded, StringComparer.Ordinal).Except(noted, StringComparer.Ordinal));
        }

        return strays;
    }

    /// <summary>Removes what <see cref="FindStraysAsync"/> finds.</summary>
    public async Task<int> SweepAsync(MetadataContext context, CancellationToken cancellationToken)
    {
        var strays = await FindStraysAsync(context, cancellationToken);
        foreach (var name in strays)
        {
            File.Delete(Path.Combine(folder.Repository, name));
        }

        return strays.Count;
    }

    public void Dispose() => _turn.Dispose();

    private static bool IsDigest(string text) => text.Length == DigestDigits && text.All(char.IsAsciiHexDigitLower);

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
