// SPDX-License-Identifier: Apache-2.0

using System.Text.RegularExpressions;

namespace Tributary.Tests.Commands;

/// <summary>The commands and settings in the guide for users of the FL Repository are those of the program.</summary>
public sealed partial class MigrationGuideTests
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "from-fl-repository.md"));

    private static IReadOnlyList<string> Lines => [.. Line().Matches(Guide).Select(m => m.Groups["command"].Value.Trim())];

    [Fact]
    public void Commands_CanBeGivenAsTheyStandThere() =>
        Assert.All(Lines, line => Assert.Empty(TributaryCommand.Create().Parse(line).Errors));

    [Fact]
    public void CommandsOfTheRepository_AreAllThere()
    {
        var all = TributaryCommand.Create().Subcommands.Single(c => c.Name == "repository").Subcommands.Select(c => c.Name);
        var named = Lines.Select(line => line.Split(' ')).Where(words => words[0] == "repository").Select(words => words[1]).Distinct();

        Assert.Equal(all.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SettingsOfTheServer_AreThere()
    {
        var named = Setting().Matches(Guide).Select(m => m.Groups["name"].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, ServerConfiguration.Names));
    }

    [GeneratedRegex("^tributary (?<command>[^#\\n]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Line();

    [GeneratedRegex("^\\| `(?<name>Server:[^`]*)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Setting();
}
