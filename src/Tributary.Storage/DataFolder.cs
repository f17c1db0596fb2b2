// SPDX-License-Identifier: Apache-2.0

using System.IO.Enumeration;
using Tributary.Storage.Blobs.Files;

namespace Tributary.Storage;

/// <summary>The one folder of everything embedded, locked by the process that uses it.</summary>
/// <remarks>
/// <code>
/// tributary.db        metadata
/// tributary.lock      held while a process uses the folder
/// models/ID           bytes of committed and uploaded models, and of the strategies' states
/// repository/SHA256   contents of the repository's files, each once
/// spool/incoming/     files being written, gone at the next start
/// spool/uploads/ID    finished uploads
/// spool/rounds/       decoded parameters, made again from the uploads when needed
/// </code>
/// </remarks>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <summary>Creates the folder if necessary, takes its lock and removes what a crash left half-written.</summary>
    /// <exception cref="IOException">Another process uses the folder, or the folder cannot be written, or a folder in it is a link.</exception>
    public DataFolder(string path)
    {
        Root = Path.GetFullPath(path);
        var made = FindMissing(Root);
        foreach (var folder in new[] { Root, Models, Repository, Incoming, Uploads, Rounds })
        {
            Create(folder);
        }

        foreach (var folder in new[] { Models, Repository, Spool, Incoming, Uploads, Rounds })
        {
            if (new DirectoryInfo(folder).LinkTarget is { } target)
            {
                throw new IOException(
                    $"'{folder}' is a symbolic link to '{target}'; expected a folder, because files in it are removed. The data folder itself may be a link.");
            }
        }

        // The name of a folder is stored in its parent.
        foreach (var folder in made.Select(folder => Path.GetDirectoryName(folder)!).Concat([Root, Spool, Incoming]))
        {
            FileDurability.SyncFolder(folder);
        }

        try
        {
            _lock = new FileStream(Path.Combine(Root, "tributary.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new IOException($"The data folder '{Root}' is in use by another process, or cannot be locked.", error);
        }

        foreach (var partial in Directory.EnumerateFiles(Incoming).Concat(Directory.EnumerateFiles(Rounds)))
        {
            File.Delete(partial);
        }

        // Earlier versions kept a folder for each round.
        foreach (var round in Directory.EnumerateDirectories(Rounds))
        {
            Directory.Delete(round, recursive: true);
        }
    }

    public string Root { get; }

    internal string Database => DatabaseIn(Root);

    internal string Models => Path.Combine(Root, "models");

    internal string Repository => Path.Combine(Root, "repository");

    /// <summary>The folder in which files are written; its contents are removed at the next start.</summary>
    public string Incoming => Path.Combine(Spool, "incoming");

    /// <summary>True when the folder holds bytes whose meaning only a database can tell.</summary>
    internal bool HoldsBytes => Directory.EnumerateFileSystemEntries(Models).Concat(Directory.EnumerateFileSystemEntries(Repository)).Any();

    /// <summary>The number of bytes that are free on the disk of the folder.</summary>
    internal long FreeBytes => new DriveInfo(Root).AvailableFreeSpace;

    private string Spool => Path.Combine(Root, "spool");

    internal string Uploads => Path.Combine(Spool, "uploads");

    internal string Rounds => Path.Combine(Spool, "rounds");

    internal static string DatabaseIn(string path) => Path.Combine(Path.GetFullPath(path), "tributary.db");

    public void Dispose() => _lock.Dispose();

    /// <summary>Measures the files below a folder, in bytes; a file that goes meanwhile counts as empty.</summary>
    /// <exception cref="IOException">A folder below went meanwhile.</exception>
    internal static long Measure(string folder) => new FileSystemEnumerable<long>(
        folder, (ref entry) => entry.IsDirectory ? 0 : entry.Length, new EnumerationOptions { RecurseSubdirectories = true }).Sum();

    private static List<string> FindMissing(string path)
    {
        var missing = new List<string>();
        for (var folder = path; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Add(folder);
        }

        return missing;
    }

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // Models and updates are private on a shared machine.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
