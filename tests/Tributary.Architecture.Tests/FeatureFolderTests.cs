// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Architecture.Tests;

/// <summary>The feature folders of the projects: each is its namespace, and no two of them reference each other both ways.</summary>
/// <remarks>
/// Read from source text: a file names what it uses from a sibling namespace in a using directive, or in a qualified name.
/// Files at the root of a project put its features together, and count as none of them.
/// </remarks>
public sealed partial class FeatureFolderTests
{
    /// <summary>The namespace in which registrations stand beside those of the framework.</summary>
    private const string Registrations = "Microsoft.Extensions.DependencyInjection";

    public static TheoryData<string> Projects => [.. Product.Projects.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_AreNamespaces(string project)
    {
        var misplaced = Product.Sources(project).Where(source =>
            Namespaces().Match(source.Text) is { Success: true } declared
            && declared.Groups["name"].Value is not Registrations and var name
            && name != string.Join('.', [project, .. source.Folders]));

        Assert.Empty(misplaced.Select(source => source.Path));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_NoTwo_ReferenceEachOther(string project)
    {
        var arrows = FindArrows(project).ToLookup(arrow => (arrow.From, arrow.To), arrow => arrow.Path);
        var bothWays = arrows
            .Where(arrow => string.CompareOrdinal(arrow.Key.From, arrow.Key.To) < 0 && arrows.Contains((arrow.Key.To, arrow.Key.From)))
            .Select(arrow => $"{arrow.Key.From} ({string.Join(", ", arrow)}) and {arrow.Key.To} ({string.Join(", ", arrows[(arrow.Key.To, arrow.Key.From)])})");

        Assert.True(!bothWays.Any(), string.Join('\n', bothWays));
    }

    [Theory]
    [InlineData("Tributary.Core", "Rounds", "Updates")]
    [InlineData("Tributary.Repository", "Files", "Rest")]
    [InlineData("Tributary", "Commands", "Server")]
    public void Arrows_AreFound(string project, string from, string to) =>
        Assert.Contains(FindArrows(project), arrow => arrow.From == from && arrow.To == to);

    private static IEnumerable<(string From, string To, string Path)> FindArrows(string project)
    {
        var types = Assembly.Load(project).GetTypes()
            .Where(type => type.Namespace?.StartsWith($"{project}.", StringComparison.Ordinal) == true)
            .ToLookup(type => type.Namespace!.Split('.')[project.Split('.').Length], type => type.Name.Split('`')[0]);
        var absolute = new Regex($@"\b{Regex.Escape(project)}\.(?<feature>\w+)", RegexOptions.NonBacktracking);
        foreach (var source in Product.Sources(project).Where(source => source.Folders.Count > 0))
        {
            var text = Namespaces().Replace(source.Text, "");
            var used = absolute.Matches(text).Select(match => match.Groups["feature"].Value)
                .Concat(Qualified().Matches(text)
                    .Where(match => types[match.Groups["feature"].Value].Contains(match.Groups["type"].Value))
                    .Select(match => match.Groups["feature"].Value));
            foreach (var feature in used.Distinct().Where(feature => feature != source.Folders[0] && types.Contains(feature)))
            {
                yield return (source.Folders[0], feature, source.Path);
            }
        }
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"\b(?<feature>[A-Z]\w*)\.(?<type>[A-Z]\w*)", RegexOptions.NonBacktracking)]
    private static partial Regex Qualified();
}
