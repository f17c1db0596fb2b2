// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Rounds;
using Tributary.Storage.Metadata;

namespace Tributary.Storage.Files;

/// <summary>The bytes of models, named by the model's id.</summary>
internal static class ModelFolder
{
    /// <summary>
    /// Removes bytes that no record names: those of a crash between a file and its record, and of rounds that were abandoned after their
    /// model was stored. A pending round goes on, and its model keeps its id: what it has stored stays. The caller holds the folder's lock.
    /// </summary>
    public static void Sweep(MetadataContext context, DataFolder folder)
    {
        var models = context.Models.Select(m => m.ModelId);
        var pending = context.Rounds.Where(r => r.Status == RoundStatus.Pending).Select(r => r.Output);
        var named = models.Concat(pending).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder.Models))
        {
            // Other names are not ours: file systems and people leave such files.
            var name = Path.GetFileName(path);
            if (ModelId.TryParse(name, out _) && !named.Contains(name))
            {
                File.Delete(path);
            }
        }
    }

    public static string Locate(DataFolder folder, ModelId id) => Path.Combine(folder.Models, id.Value);
}
