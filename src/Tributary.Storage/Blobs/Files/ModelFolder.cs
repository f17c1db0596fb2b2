// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;

namespace Tributary.Storage.Blobs.Files;

/// <summary>The folder of the models' bytes, in files named by model id.</summary>
internal static class ModelFolder
{
    /// <summary>
    /// Removes bytes that no record names: those that a crash left between a file and its record, and those of rounds abandoned after their
    /// model was stored. The caller holds the folder's lock.
    /// </summary>
    public static void Sweep(DataFolder folder, IReadOnlySet<string> recorded)
    {
        foreach (var path in Directory.EnumerateFiles(folder.Models))
        {
            // Files with other names are not ours: file systems and people leave them.
            var name = Path.GetFileName(path);
            if (ModelId.TryParse(name, out _) && !recorded.Contains(name))
            {
                File.Delete(path);
            }
        }
    }

    public static string Locate(DataFolder folder, ModelId id) => Path.Combine(folder.Models, id.Value);
}
