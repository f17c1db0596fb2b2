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
        Assert.All(Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories), file => Assert.True(IsInPlace(project, file), file));
    }

    private static bool IsInPlace(string project, string file)
    {
        var folder = Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
        var feature = folder.Split('.')[0];
        var text = File.ReadAllText(file);
        return Allowed.TryGetValue(feature, out var known)
            && text.Contains($"namespace Tributary.Numerics.{folder};", StringComparison.Ordinal)
            && Usings().Matches(text).All(u => u.Groups["folder"].Value is var used && (used == feature || known.Contains(used)));
    }

    [GeneratedRegex(@"^using .*\bTributary\.Numerics\.(?<folder>\w+)", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Usings();
}
