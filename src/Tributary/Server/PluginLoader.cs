// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using Tributary.Core;
using Tributary.Core.Plugins;

namespace Tributary.Server;

/// <summary>The loader of plug-ins, each with its own dependencies beside it; assemblies that the server has are the server's.</summary>
internal static class PluginLoader
{
    /// <summary>The setting that names the assemblies.</summary>
    public const string Setting = $"{ServerSettings.SectionName}:Plugins";

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
                var found = Create(Path.GetFullPath(path));
                plugins.AddRange(found);
                if (found.Count == 0)
                {
                    errors.Add($"{Setting} has '{path}', in which no public class implements {nameof(IPlugin)}; expected one or more.");
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
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "A plug-in is not there when the server is trimmed, and brings all that it needs.")]
    private static List<IPlugin> Create(string path) =>
    [
        .. new Context(path).LoadFromAssemblyPath(path).GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IPlugin)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (IPlugin)Activator.CreateInstance(type)!),
    ];

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
