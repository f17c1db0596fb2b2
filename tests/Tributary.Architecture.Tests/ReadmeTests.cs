// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Architecture.Tests;

/// <summary>Whoever opens a project reads on one screen what it is.</summary>
public sealed class ReadmeTests
{
    private const int MaxLines = 40;

    /// <summary>A project without a line of code has nothing to say yet.</summary>
    public static TheoryData<string> Projects => [.. Product.Projects.Where(HasCode).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_HasAReadmeOfOneScreen(string project)
    {
        var readme = Path.Combine(Product.Root.FullName, "src", project, "README.md");

        Assert.True(File.Exists(readme), $"src/{project}/README.md is missing.");
        Assert.InRange(File.ReadAllLines(readme).Length, 1, MaxLines);
        Assert.StartsWith($"# {project}", File.ReadAllText(readme), StringComparison.Ordinal);
    }

    private static bool HasCode(DirectoryInfo project) =>
        project.EnumerateFiles("*.cs", SearchOption.AllDirectories).Any() || project.EnumerateFiles("*.proto", SearchOption.AllDirectories).Any();
}
