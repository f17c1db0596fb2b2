// SPDX-License-Identifier: Apache-2.0

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Tributary.Architecture.Tests;

/// <summary>The arrows of the design, held against what the compiler wrote into the assemblies.</summary>
public sealed class DependencyTests
{
    private const string Client = "Tributary.Client";
    private const string Core = "Tributary.Core";
    private const string Hosting = "Tributary.Hosting";
    private const string MongoArchive = "Tributary.MongoArchive";
    private const string Numerics = "Tributary.Numerics";
    private const string Protocol = "Tributary.Protocol";
    private const string Storage = "Tributary.Storage";

    /// <summary>What the demo trains; it knows the SDK, as any participant does.</summary>
    private const string Sample = "Tributary.Samples.Digits";

    private static readonly string[] Roles = ["Tributary.Combiner", "Tributary.Controller", "Tributary.Repository"];
    private static readonly string[] OfRoles = [Core, Hosting, Numerics, Protocol];

    /// <summary>What each project may know of the others. A new project needs a row.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Numerics] = [],
        [Protocol] = [],
        [Core] = [Numerics],
        [Storage] = [Core, Numerics],
        // Python's JSON is what its documents are made of.
        [MongoArchive] = [Core, Protocol],
        [Hosting] = [Core, Numerics],
        ["Tributary.Combiner"] = OfRoles,
        ["Tributary.Controller"] = OfRoles,
        ["Tributary.Repository"] = [.. OfRoles, MongoArchive],
        [Client] = [Numerics, Protocol],
        ["Tributary"] = [.. Roles, Client, Core, Hosting, MongoArchive, Numerics, Protocol, Storage, Sample],
    };

    public static TheoryData<string> Projects => [.. Product.Projects.Select(p => p.Name)];

    [Fact]
    public void Table_EveryProject_HasARow() => Assert.Equal(Product.Projects.Select(p => p.Name).Order(), Allowed.Keys.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_References_AreAllowed(string project)
    {
        var references = Assembly.Load(project).GetReferencedAssemblies().Select(r => r.Name!).Where(IsOurs);

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreAllowed(string project)
    {
        // The compiler leaves out what is not used yet; the project file must not ask for it either.
        var text = File.ReadAllText(Product.Projects.Single(p => p.Name == project).GetFiles("*.csproj")[0].FullName);
        var references = System.Xml.Linq.XDocument.Parse(text).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Roles_Never_KnowEachOther() => Assert.All(Roles, role => Assert.Empty(Allowed[role].Intersect(Roles)));

    [Theory]
    [InlineData(Core)]
    [InlineData(Numerics)]
    public void Domain_MentionsNoFrameworkOfTheEdges(string project)
    {
        string[] banned = ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Data", "Google.Protobuf", "Amazon", "Npgsql"];
        using var file = File.OpenRead(Assembly.Load(project).Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var mentioned = metadata.TypeReferences.Select(handle => metadata.GetString(metadata.GetTypeReference(handle).Namespace))
            .Concat(metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)));

        Assert.DoesNotContain(mentioned, name => banned.Any(b => name.StartsWith(b, StringComparison.Ordinal)));
    }

    [Fact]
    public void Protocol_IsMentionedByTheEdgesAlone()
    {
        var users = Product.Assemblies.Where(a => a.GetReferencedAssemblies().Any(r => r.Name == Protocol)).Select(a => a.GetName().Name!);

        Assert.Empty(users.Except([.. Roles, Client, MongoArchive, "Tributary"]));
    }

    private static bool IsOurs(string name) => name.Split('.')[0] == "Tributary";
}
