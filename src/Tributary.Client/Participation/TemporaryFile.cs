// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Participation;

/// <summary>A place for a file that is gone when this is disposed.</summary>
internal sealed class TemporaryFile(string folder) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(folder, $"tributary-{Guid.NewGuid():N}.model");

    /// <summary>Opens a file for writing, empty, readable by its owner alone: a model is nobody else's business on a shared machine.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    public void Dispose() => File.Delete(Path);
}
