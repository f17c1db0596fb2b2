// SPDX-License-Identifier: Apache-2.0

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tributary.Core;

namespace Tributary.Storage.Files;

/// <summary>Makes files and their names survive a loss of power, not only the end of the process.</summary>
internal static partial class FileDurability
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY on Linux

    /// <summary>The bytes of a file.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        Steps.Reached("file.syncing", path);
        RandomAccess.FlushToDisk(file);
        Steps.Reached("file.synced", path);
    }

    /// <summary>Gives a synced file its name, replacing what had it, and makes the name durable.</summary>
    public static void Publish(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        Steps.Reached("file.renamed", path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>The names in a folder. Windows keeps them by itself.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new SafeFileHandle(Open(path, OperatingSystem.IsLinux() ? ReadOnlyDirectory : 0), ownsHandle: true);
        if (folder.IsInvalid || Fsync(folder) != 0)
        {
            throw new IOException($"The folder '{path}' cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        Steps.Reached("folder.synced", path);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);
}
