// SPDX-License-Identifier: Apache-2.0

using System.Text.RegularExpressions;

namespace Tributary.Architecture.Tests;

/// <summary>The feature folders of Numerics: each is its namespace, and no arrow between two of them goes both ways.</summary>
public sealed partial class NumericsFolderTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["IO"] = [],
        ["Parameters"] = ["IO"],
        ["Kernels"] = ["Parameters"],
        ["Formats"] = ["IO", "Kernels", "Parameters"],
    };

    [Fact]
    public void Folders_AreNamespacesAndKnowOnlyWhatIsListed()
    {
        var project = Path.Combine(Product.Root.FullName, "src", "Tributary.Numerics");
        List<string> wrong = [];
        foreach (var file in Allowed.Keys.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(project, folder), "*.cs", SearchOption.AllDirectories)))
        {
            var folder = Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            var known = Allowed[folder.Split('.')[0]].Append(folder.Split('.')[0]);
            var text = File.ReadAllText(file);
            if (!text.Contains($"namespace Tributary.Numerics.{folder};", StringComparison.Ordinal)
                || Usings().Matches(text).Any(u => !known.Contains(u.Groups[1].Value)))
            {
                wrong.Add(file);
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(Allowed.Keys.Order(), Directory.GetDirectories(project).Select(d => Path.GetFileName(d)).Where(d => d is not ("bin" or "obj")).Order());
    }

    [GeneratedRegex(@"^using .*\bTributary\.Numerics\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
