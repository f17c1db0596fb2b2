// SPDX-License-Identifier: Apache-2.0

using Tributary.Storage.Metadata;

namespace Tributary.Storage.Repository;

/// <summary>The contents of the repository's files, each once, named by its digest: names that callers choose never reach a path.</summary>
internal static class BlobFolder
{
    private const int DigestDigits = 64;

    /// <summary>Removes contents that no record mentions: what a crash left between a content and its record. The caller holds the folder's lock.</summary>
    public static void Sweep(MetadataContext context, DataFolder folder)
    {
        var referenced = context.RepositoryFiles.Select(f => f.Sha256).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder.Repository))
        {
            if (!referenced.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    public static string Locate(DataFolder folder, string sha256) =>
        sha256.Length == DigestDigits && sha256.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(folder.Repository, sha256)
            : throw new ArgumentException($"'{sha256}' is no digest.", nameof(sha256));

    /// <summary>Opens a content; null when it is not there.</summary>
    public static FileStream? Open(DataFolder folder, string sha256)
    {
        try
        {
            return new FileStream(Locate(folder, sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
