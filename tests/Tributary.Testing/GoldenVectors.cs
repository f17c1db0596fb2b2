// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Testing;

/// <summary>Vectors computed by an independent reference: a file of the tests' own, and the larger collection where that lies beside the repository.</summary>
public static class GoldenVectors
{
    private const string Collection = "aggregation.json";

    /// <summary>The files that are there; the first belongs to the tests, by its path in their output.</summary>
    public static IEnumerable<string> Find(params string[] own)
    {
        yield return Path.Combine([AppContext.BaseDirectory, .. own]);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared", "golden", Collection);
            if (File.Exists(shared))
            {
                yield return shared;
            }
        }
    }

    /// <summary>The cases of one group.</summary>
    public static List<JsonElement> Cases(string file, string group)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.GetProperty("vectors").GetProperty(group).GetProperty("cases").EnumerateArray().Select(item => item.Clone())];
    }

    /// <summary>A list of numbers.</summary>
    public static double[] Row(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>A list of lists of numbers.</summary>
    public static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Row)];
}
