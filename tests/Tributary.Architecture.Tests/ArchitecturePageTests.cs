// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Architecture.Tests;

/// <summary>The page on the architecture, held to the names of today.</summary>
public sealed partial class ArchitecturePageTests
{
    private const int MaxLines = 120;

    private static readonly string Page = File.ReadAllText(Path.Combine(Product.Root.FullName, "docs", "architecture.md"));

    [Fact]
    public void Page_IsShort() => Assert.InRange(Page.Split('\n').Length, 1, MaxLines);

    [Fact]
    public void Page_NamesEveryProject() => Assert.Empty(Product.Projects.Select(project => project.Name).Except(Names()));

    [Fact]
    public void Page_Names_Exist()
    {
        var types = Product.Assemblies.SelectMany(assembly => assembly.GetTypes()).ToLookup(type => type.Name.Split('`')[0]);
        var unknown = Names().Where(name => !IsProject(name) && !IsPath(name) && !IsTypeOrMember(name));

        Assert.Empty(unknown);

        bool IsTypeOrMember(string name) => name.Split('.') switch
        {
            [var type] => types.Contains(type),
            [var type, var member] => types[type].Any(t => t.GetMember(member, Product.Declared).Length > 0),
            _ => false,
        };
    }

    private static bool IsProject(string name) => Product.Projects.Any(project => project.Name == name);

    private static bool IsPath(string name) => name.Contains('/', StringComparison.Ordinal) && Path.Exists(Path.Combine(Product.Root.FullName, name));

    private static IEnumerable<string> Names() => Quoted().Matches(Page).Select(match => match.Groups["name"].Value).Distinct();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
