// SPDX-License-Identifier: Apache-2.0

using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Plugins;
using Tributary.Tests.Server;

[assembly: Plugin(typeof(CopyPlugin))]

namespace Tributary.Tests.Server;

/// <summary>The plug-ins of a server, with this assembly as one.</summary>
public sealed class PluginLoaderTests : FolderTests
{
    private const string Expected = "expected one [assembly: Plugin(typeof(…))] with a class that implements IPlugin and has a public constructor without parameters.";

    private static readonly string Own = typeof(PluginLoaderTests).Assembly.Location;

    [Fact]
    public void Load_AssemblyWithAPlugin_CreatesItInTheTypesOfTheServer()
    {
        var errors = new List<string>();

        var plugin = Assert.Single(PluginLoader.Load(Own, errors));

        Assert.Empty(errors);
        var services = new ServiceCollection();
        plugin.Register(services);
        Assert.Equal(typeof(CopiedMean).FullName, Assert.Single(services.BuildServiceProvider().GetServices<IStrategy>()).GetType().FullName);
    }

    [Fact]
    public void Load_WhatIsNone_SaysWhichAndWhy()
    {
        var text = Folder.Combine("text.dll");
        File.WriteAllText(text, "no assembly");
        var errors = new List<string>();

        Assert.Empty(PluginLoader.Load($"{text};{Folder.Combine("missing.dll")}; {typeof(FedAvg).Assembly.Location}", errors));

        Assert.Equal(3, errors.Count);
        Assert.StartsWith($"Server:Plugins has '{text}', which cannot be loaded: ", errors[0], StringComparison.Ordinal);
        Assert.StartsWith($"Server:Plugins has '{Folder.Combine("missing.dll")}', which cannot be loaded: ", errors[1], StringComparison.Ordinal);
        Assert.EndsWith($", which names no plug-in; {Expected}", errors[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("names 2 plug-ins", typeof(CopyPlugin), typeof(CopyPlugin))]
    [InlineData("names System.String as its plug-in", typeof(string))]
    [InlineData("names Tributary.Core.Plugins.IPlugin as its plug-in", typeof(IPlugin))]
    [InlineData("names Tributary.Tests.Server.PluginLoaderTests+ConfiguredPlugin as its plug-in", typeof(ConfiguredPlugin))]
    public void Load_OtherThanOnePlugin_SaysWhatWasFoundAndExpected(string found, params Type[] types)
    {
        var path = Folder.Combine("named.dll");
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Named"), typeof(object).Assembly);
        assembly.DefineDynamicModule("Named");
        foreach (var type in types)
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(typeof(PluginAttribute).GetConstructors().Single(), [type]));
        }

        assembly.Save(path);
        var errors = new List<string>();

        Assert.Empty(PluginLoader.Load(path, errors));

        Assert.Equal([$"Server:Plugins has '{path}', which {found}; {Expected}"], errors);
    }

    [Theory]
    [InlineData("Copied:Count", "3", true, null)]
    [InlineData("Copied:Count", "3", false, "Copied is no section of the settings")]
    [InlineData("Copied:Cuont", "3", true, "Copied:Cuont is no setting; expected Count")]
    public void Settings_OfAPlugin_AreCheckedAsThoseOfTheServer(string name, string value, bool isLoaded, string? error)
    {
        var configuration = ServerConfiguration.Load(
            new Dictionary<string, string?> { [name] = value, ["Server:Plugins"] = isLoaded ? Own : "", ["Server:Data"] = Folder.Path }, _ => null);

        Assert.Equal(error is null, ServerConfiguration.TryRead(configuration, out _, out var errors));

        Assert.Equal(error is null ? 0 : 1, errors.Count(found => found.Contains(error ?? "", StringComparison.Ordinal)));
    }

    private sealed class ConfiguredPlugin(string text) : IPlugin
    {
        public void Register(IServiceCollection services) => services.AddSingleton(text);
    }
}

/// <summary>A plug-in with a section of the settings.</summary>
public sealed class CopyPlugin : IPlugin
{
    public IReadOnlyDictionary<string, Type> Sections { get; } = new Dictionary<string, Type> { ["Copied"] = typeof(CopyOptions) };

    public void Register(IServiceCollection services) => services.AddStrategy<CopiedMean>();
}

/// <summary>The settings of the plug-in.</summary>
public sealed class CopyOptions
{
    public int Count { get; set; }
}

/// <summary>The strategy of the plug-in: the mean under another name.</summary>
public sealed class CopiedMean : IStrategy
{
    public string Name => "copied-mean";

    public StrategyTraits Traits { get; } = new();

    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context) => WeightedSum.Accumulate(updates, context);

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context) => new(WeightedSum.Divide(parts, context));
}
