// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Tributary.Core;

namespace Tributary.Storage.Blobs.Files;

/// <summary>The contents of the repository's files, each once, named by its digest: names that callers choose never reach a path.</summary>
internal sealed class BlobFolder(DataFolder folder, IdSource ids)
{
    private const int DigestDigits = 64;

    // A content and its record are stored under one lock: otherwise a removal could take a content that is being stored again.
    private readonly KeyedLock<string> _lock = new();
    private readonly Channel<bool> _orphaned = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Reports that a blob has lost its last record.</summary>
    public void ReportOrphaned() => _orphaned.Writer.TryWrite(true);

    public async ValueTask WaitForOrphanedAsync(CancellationToken cancellationToken) => await _orphaned.Reader.ReadAsync(cancellationToken);

    /// <summary>Waits until no other caller stores or removes contents, and keeps others out until the result is disposed.</summary>
    public ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken) => _lock.EnterAsync(folder.Repository, cancellationToken);

    public DurableFileWriter Create() => new(Path.Combine(folder.Incoming, $"repository.{ids.Next()}"));

    public string Locate(string sha256) =>
        IsDigest(sha256) ? Path.Combine(folder.Repository, sha256) : throw new ArgumentException($"'{sha256}' is no digest.", nameof(sha256));

    /// <summary>Returns the length of a content; null when it does not exist or the name is not a digest.</summary>
    public long? Measure(string sha256) => IsDigest(sha256) && new FileInfo(Locate(sha256)) is { Exists: true } file ? file.Length : null;

    /// <summary>Opens a content; null when it does not exist.</summary>
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

    public IEnumerable<string> EnumerateNames() => Directory.EnumerateFiles(folder.Repository).Select(p => Path.GetFileName(p)!);

    /// <summary>Removes a file of any name that <see cref="EnumerateNames"/> has returned.</summary>
    public void RemoveUnrecorded(string name) => File.Delete(Path.Combine(folder.Repository, name));

    private static bool IsDigest(string text) => text.Length == DigestDigits && text.All(char.IsAsciiHexDigitLower);
}
