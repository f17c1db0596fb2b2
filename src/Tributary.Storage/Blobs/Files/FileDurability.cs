// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tributary.Core;

namespace Tributary.Storage.Blobs.Files;

/// <summary>The operations that make files and their names survive a loss of power, not only the end of the process.</summary>
internal static partial class FileDurability
{
    // O_RDONLY, which is 0 everywhere; O_DIRECTORY differs between processors, and fsync does not need it.
    private const int ReadOnly = 0;
    private const uint StartWriting = 2; // SYNC_FILE_RANGE_WRITE

    // The process publishes in a handful of folders.
    private static readonly ConcurrentDictionary<string, FolderSync> Folders = new(StringComparer.Ordinal);

    /// <summary>Makes the bytes of a file durable.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        Failpoints.Reached("file.syncing", path);
        RandomAccess.FlushToDisk(file);
        Failpoints.Reached("file.synced", path);
    }

    /// <summary>Makes the disk begin to write, so that the sync at the end has little left. A hint: it may do nothing.</summary>
    public static void BeginWriting(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(file, offset, length, StartWriting);
        }
    }

    /// <summary>Gives a synced file its final name, replacing an earlier file, and makes the name durable.</summary>
    public static void Publish(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        Failpoints.Reached("file.renamed", path);
        Folders.GetOrAdd(Path.GetDirectoryName(path)!, folder => new FolderSync(() => SyncFolder(folder))).Run();
    }

    /// <summary>Makes the names in a folder durable, which Windows does by itself.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new SafeFileHandle(Open(path, ReadOnly), ownsHandle: true);
        if (folder.IsInvalid || Fsync(folder) != 0)
        {
            throw new IOException($"The folder '{path}' cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        Failpoints.Reached("folder.synced", path);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle handle, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);
}
