// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Aggregation;

namespace Tributary.Architecture.Tests;

/// <summary>The page of the strategies: it has every strategy, and each parameter with the type, the default and the range that the code has.</summary>
public sealed partial class StrategyPageTests
{
    private static readonly IReadOnlyList<IStrategy> Strategies = [.. new ServiceCollection().AddCommon().BuildServiceProvider().GetServices<IStrategy>()];

    private static readonly string Page = File.ReadAllText(Path.Combine(Product.Root.FullName, "docs", "strategies.md"));

    public static TheoryData<string> Names => [.. Strategies.Select(strategy => strategy.Name)];

    [Fact]
    public void Page_Strategies_AreThoseOfTheServer() => Assert.Equal(
        Strategies.Select(strategy => strategy.Name).Order(StringComparer.Ordinal),
        Heading().Matches(Page).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_Parameters_AreThoseOfTheStrategy(string name)
    {
        var section = Page[(Page.IndexOf($"### `{name}`\n", StringComparison.Ordinal) + 4)..];
        section = section[..Math.Max(0, section.IndexOf("\n#", StringComparison.Ordinal))];

        Assert.Equal(
            Strategies.Single(strategy => strategy.Name == name).Parameters.Select(Describe),
            section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(Read));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_Table_SaysWhetherPartialResultsMerge(string name)
    {
        var row = Page.Split('\n').Single(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|')[1].Split(',').Any(cell => cell.Trim() == $"`{name}`"));

        Assert.Equal(Strategies.Single(strategy => strategy.Name == name).Traits.Merges ? "yes" : "no", row.Split('|')[4].Trim());
    }

    /// <summary>Reads a row of the table of parameters: the name without its symbol, and the other cells.</summary>
    private static string Read(string row)
    {
        var cells = row.Trim('|').Split('|', StringSplitOptions.TrimEntries);
        return string.Join(" | ", cells[1..].Prepend(cells[0].Split('`')[1]));
    }

    private static string Describe(StrategyParameter parameter)
    {
        var (type, prefix) = parameter switch
        {
            StrategyParameter.Number => ("number", "a number "),
            StrategyParameter.WholeNumber => ("whole number", "a whole number "),
            StrategyParameter.Choice => ("text", ""),
            _ => ("flag", ""),
        };
        var value = parameter.DefaultValue is bool flag ? (flag ? "true" : "false") : Convert.ToString(parameter.DefaultValue, CultureInfo.InvariantCulture);
        return $"{parameter.Name} | {type} | {value} | {parameter.Expected[prefix.Length..]}";
    }

    [GeneratedRegex(@"^### `(?<name>[^`]+)`$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Heading();
}
