// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;

namespace Tributary.Storage.Blobs.Files;

/// <summary>The bytes of models, named by the model's id.</summary>
internal static class ModelFolder
{
    /// <summary>
    /// Removes bytes that no record names: those of a crash between a file and its record, and of rounds that were abandoned after their
    /// model was stored. The caller holds the folder's lock.
    /// </summary>
    public static void Sweep(DataFolder folder, IReadOnlySet<string> recorded)
    {
        foreach (var path in Directory.EnumerateFiles(folder.Models))
        {
            // Other names are not ours: file systems and people leave such files.
            var name = Path.GetFileName(path);
            if (ModelId.TryParse(name, out _) && !recorded.Contains(name))
            {
                File.Delete(path);
            }
        }
    }

    public static string Locate(DataFolder folder, ModelId id) => Path.Combine(folder.Models, id.Value);
}
