// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Participation;

/// <summary>The path of a file that is deleted when this is disposed.</summary>
internal sealed class TemporaryFile(string folder) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(folder, $"tributary-{Guid.NewGuid():N}.model");

    /// <summary>Opens an empty file for writing, readable by its owner alone: others on a shared machine must not read a model.</summary>
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
