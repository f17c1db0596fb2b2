// SPDX-License-Identifier: Apache-2.0

using System.Collections;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Tributary.Repository.Tests;

/// <summary>What the guide for users of the original says is there, is there, and nothing else.</summary>
public sealed partial class MigrationGuideTests : RepositoryTests
{
    private static string Guide => System.IO.File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "from-fl-repository.md"));

    [Fact]
    public async Task Endpoints_AreThoseOfTheRunningRole()
    {
        await using var host = await StartAsync();
        var paths = JsonNode.Parse(await host.GetTextAsync("/openapi.json"))!["paths"]!.AsObject();
        var served = paths.SelectMany(p => p.Value!.AsObject().Select(o => $"{o.Key.ToUpperInvariant()} {p.Key}"));

        Assert.Equal(served.Order(StringComparer.Ordinal), Endpoint().Matches(Guide).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_AreServed()
    {
        await using var host = await StartAsync();
        foreach (var page in new[] { "/docs", "/redoc", "/openapi.json", "/api/v2/openapi.json" })
        {
            Assert.Contains($"`{page}`", Guide, StringComparison.Ordinal);
            Assert.NotEmpty(await host.GetBytesAsync(page));
        }
    }

    /// <summary>Those that the options classes of the role have; the switch of the old variables belongs to the whole server.</summary>
    [Fact]
    public void Settings_AreThoseOfTheOptions()
    {
        var services = new ServiceCollection().AddRepository();
        var options = services.Select(s => s.ServiceType)
            .Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(IConfigureOptions<>))
            .Select(t => t.GetGenericArguments()[0])
            .Where(t => t.Assembly == typeof(RepositoryExtensions).Assembly)
            .Distinct();
        var names = options.SelectMany(t => Names((string)t.GetField("SectionName")!.GetRawConstantValue()!, t)).Append("Repository:LegacySettings");

        Assert.Equal(names.Order(StringComparer.Ordinal), Setting().Matches(Guide).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Names(string section, Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(p =>
            p.PropertyType.Assembly == options.Assembly && !typeof(IEnumerable).IsAssignableFrom(p.PropertyType)
                ? Names($"{section}:{p.Name}", p.PropertyType)
                : [$"{section}:{p.Name}"]);

    [GeneratedRegex("^\\| `(?<name>(GET|PUT|POST|DELETE) /[^`]*)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Endpoint();

    [GeneratedRegex("^\\| `(?<name>Repository:[^`]*)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Setting();
}
