// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Tributary.Architecture.Tests;

/// <summary>The product as it was built, and the source tree that it was built from.</summary>
internal static class Product
{
    /// <summary>All members that a type declares itself.</summary>
    public const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The root of the source tree: the folder of the solution, above the output of the running tests.</summary>
    public static DirectoryInfo Root { get; } = FindRoot();

    /// <summary>The folders of all product projects.</summary>
    public static IReadOnlyList<DirectoryInfo> Projects { get; } =
        [.. new DirectoryInfo(Path.Combine(Root.FullName, "src")).GetDirectories().Where(d => d.GetFiles("*.csproj").Length > 0).OrderBy(d => d.Name)];

    public static IReadOnlyList<Assembly> Assemblies { get; } = [.. Projects.Select(project => Assembly.Load(project.Name))];

    /// <summary>The types that people wrote: neither the compiler's nor those generated from .proto files.</summary>
    public static IEnumerable<Type> Types(Assembly assembly) => assembly.GetTypes()
        .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            && !typeof(IMessage).IsAssignableFrom(type)
            && !type.Name.EndsWith("Reflection", StringComparison.Ordinal)
            && type.FullName is not "Program"
            && !type.FullName!.Contains('<', StringComparison.Ordinal)
            && !IsOfService(type)
            && !IsGenerated(type));

    /// <summary>Returns the C# files of a project.</summary>
    public static IEnumerable<SourceFile> Sources(string project)
    {
        var root = Path.Combine(Root.FullName, "src", project);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => new SourceFile(Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllText(file)))
            .OrderBy(source => source.Path, StringComparer.Ordinal);
    }

    /// <summary>Returns true for the classes of a service, its server and its client among them.</summary>
    private static bool IsOfService(Type type) =>
        (type.DeclaringType ?? type).GetField("__ServiceName", BindingFlags.NonPublic | BindingFlags.Static) is not null;

    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
        || (type.DeclaringType is { } outer && (IsGenerated(outer) || typeof(IMessage).IsAssignableFrom(outer.DeclaringType)));

    private static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.GetFiles("*.slnx").Length > 0)
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No solution lies above {AppContext.BaseDirectory}.");
    }
}

/// <summary>A file of source text.</summary>
/// <param name="Path">The path below its project, with slashes.</param>
/// <param name="Text">The whole text.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The names of the folders that it lies in, from the project down; empty at the root of the project.</summary>
    public IReadOnlyList<string> Folders => Path.Split('/')[..^1];
}
