// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;

namespace Tributary.Architecture.Tests;

/// <summary>What types are called and how they are declared.</summary>
public sealed class TypeTests
{
    private static readonly string[] BannedSuffixes = ["Manager", "Helper", "Util", "Utils", "Base", "Impl", "Info", "Dto"];

    /// <summary>Loops that wait for messages, never for time.</summary>
    private static readonly string[] TimelessLoops = ["CoordinationLoop", "ReportWriter"];

    public static TheoryData<string> Projects => [.. Product.Projects.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Classes_AreSealedOrAbstract(string project)
    {
        var open = Product.Types(Assembly.Load(project)).Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false });

        Assert.Empty(open.Select(t => t.FullName));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Names_EndInNoBannedSuffix(string project)
    {
        var banned = Product.Types(Assembly.Load(project)).Where(t => BannedSuffixes.Any(s => Plain(t).EndsWith(s, StringComparison.Ordinal)));

        Assert.Empty(banned.Select(t => t.FullName));
    }

    [Fact]
    public void BackgroundServices_WithTime_TakeATimeProvider()
    {
        var services = Product.Assemblies.SelectMany(Product.Types).Where(t => t.IsSubclassOf(typeof(BackgroundService))).ToList();
        var ambient = services
            .Where(s => !s.GetConstructors().SelectMany(c => c.GetParameters()).Any(p => p.ParameterType == typeof(TimeProvider)))
            .Select(s => s.Name);

        Assert.NotEmpty(services);
        Assert.Equal(TimelessLoops, ambient.Order());
    }

    private static string Plain(Type type) => type.Name.Split('`')[0];
}
