// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Storage.Blobs.Files;

/// <summary>A file at any path that is whole and durable, or as it was before.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside <paramref name="path"/> and moves the result there at the end, replacing an earlier file.</summary>
    public static async Task<T> WriteAsync<T>(string path, Func<Stream, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        var partial = $"{full}.partial";
        File.Delete(partial);
        using var file = new DurableFileWriter(partial);
        var result = await write(new AppendingStream(file), cancellationToken);
        file.Publish(full);
        return result;
    }
}
