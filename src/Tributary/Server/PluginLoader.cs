// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using Tributary.Core;
using Tributary.Core.Plugins;

namespace Tributary.Server;

/// <summary>The loader of plug-ins, each with its own dependencies beside it; assemblies that the server has are the server's.</summary>
/// <remarks>The class of a plug-in is the one that its <see cref="PluginAttribute"/> names: no assembly is searched.</remarks>
internal static class PluginLoader
{
    /// <summary>The setting that names the assemblies.</summary>
    public const string Setting = $"{ServerSettings.SectionName}:Plugins";

    private const string Expected = $"one [assembly: Plugin(typeof(…))] with a class that implements {nameof(IPlugin)} and has a public constructor without parameters";

    /// <summary>Loads the plug-ins of all assemblies.</summary>
    /// <param name="paths">The paths of the assemblies, with ';' between; empty for none.</param>
    /// <param name="errors">The list to which one sentence is added for each assembly that cannot be used.</param>
    public static IReadOnlyList<IPlugin> Load(string paths, List<string> errors)
    {
        var plugins = new List<IPlugin>();
        foreach (var path in paths.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                switch (FindTypes(Path.GetFullPath(path)))
                {
                    case []:
                        errors.Add($"{Setting} has '{path}', which names no plug-in; expected {Expected}.");
                        break;
                    case [{ Type: { IsAbstract: false } type }] when type.IsAssignableTo(typeof(IPlugin)) && type.GetConstructor([]) is not null:
                        plugins.Add((IPlugin)Activator.CreateInstance(type)!);
                        break;
                    case [var other]:
                        errors.Add($"{Setting} has '{path}', which names {other.Type} as its plug-in; expected {Expected}.");
                        break;
                    case var several:
                        errors.Add($"{Setting} has '{path}', which names {several.Count} plug-ins; expected {Expected}.");
                        break;
                }
            }
            catch (Exception error)
            {
                // Whatever the code of another does when it is loaded: the server says so, and does not start.
                errors.Add($"{Setting} has '{path}', which cannot be loaded: {ExceptionText.Describe(error.GetBaseException())}");
            }
        }

        return plugins;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A plug-in is not there when the server is trimmed, and brings all that it needs.")]
    private static List<PluginAttribute> FindTypes(string path) => [.. new Context(path).LoadFromAssemblyPath(path).GetCustomAttributes<PluginAttribute>()];

    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver _dependencies = new(path);

        [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A plug-in is not there when the server is trimmed, and brings all that it needs.")]
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            try
            {
                // The types of the seam must be the server's own, whatever copy lies beside the plug-in.
                return Default.LoadFromAssemblyName(assemblyName);
            }
            catch (FileNotFoundException)
            {
                return _dependencies.ResolveAssemblyToPath(assemblyName) is { } beside ? LoadFromAssemblyPath(beside) : null;
            }
        }
    }
}
