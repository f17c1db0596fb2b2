// SPDX-License-Identifier: Apache-2.0

using Tributary.Storage.Blobs.Files;

namespace Tributary.Storage;

/// <summary>The one folder that everything embedded lives in, locked by the process that uses it.</summary>
/// <remarks>
/// <code>
/// tributary.db        metadata
/// tributary.lock      held while a process uses the folder
/// models/ID           bytes of committed and uploaded models
/// repository/SHA256   contents of the repository's files, each once
/// spool/incoming/     files being written, gone at the next start
/// spool/uploads/ID    finished uploads
/// spool/rounds/N/     decoded parameters, made again from the uploads when needed
/// </code>
/// </remarks>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <summary>Creates the folder if need be, takes its lock and removes what a crash left half-written.</summary>
    /// <exception cref="IOException">Another process uses the folder, or it cannot be written.</exception>
    public DataFolder(string path)
    {
        Root = Path.GetFullPath(path);
        var made = FindMissing(Root);
        foreach (var folder in new[] { Root, Models, Repository, Incoming, Uploads, Rounds })
        {
            Create(folder);
        }

        // A folder's name is kept by the one above it.
        foreach (var folder in made.Select(folder => Path.GetDirectoryName(folder)!).Concat([Root, Path.GetDirectoryName(Incoming)!, Incoming]))
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

        foreach (var partial in Directory.EnumerateFiles(Incoming))
        {
            File.Delete(partial);
        }

        foreach (var round in Directory.EnumerateDirectories(Rounds))
        {
            Directory.Delete(round, recursive: true);
        }
    }

    /// <summary>Its full path.</summary>
    public string Root { get; }

    internal string Database => Path.Combine(Root, "tributary.db");

    internal string Models => Path.Combine(Root, "models");

    internal string Repository => Path.Combine(Root, "repository");

    /// <summary>Where files are written; what is in it is gone at the next start.</summary>
    public string Incoming => Path.Combine(Root, "spool", "incoming");

    /// <summary>Whether there are bytes that only a database can tell the meaning of.</summary>
    internal bool HoldsBytes => Directory.EnumerateFileSystemEntries(Models).Concat(Directory.EnumerateFileSystemEntries(Repository)).Any();

    internal string Uploads => Path.Combine(Root, "spool", "uploads");

    internal string Rounds => Path.Combine(Root, "spool", "rounds");

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

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
            // Models and updates are nobody else's business on a shared machine.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
