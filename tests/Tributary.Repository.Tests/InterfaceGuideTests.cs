// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Identity;
using Tributary.Repository.V2;
using Tributary.Testing.Stores;

namespace Tributary.Repository.Tests;

/// <summary>What the description of the newer interface says is there, is there, and nothing else.</summary>
public sealed partial class InterfaceGuideTests
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "repository-rest.md"));

    [Fact]
    public void Version2_IsTheTableOfItsRoutes()
    {
        var stores = new MemoryStores(new MemoryDisk(), StoreInterceptor.None);
        var routes = new V2Routes(stores.RepositoryAnnotations, stores.Repository, Options.Create(new RepositoryOptions())).All;

        Assert.Equal(
            routes.Select(r => $"{r.Method} {r.Path} | {Needs(r.Collection!, r.Needs)} | {string.Join(' ', r.Query.Select(q => $"`{q}`"))}".TrimEnd()),
            Row().Matches(Guide).Select(m => $"{m.Groups["route"].Value} | {m.Groups["needs"].Value} | {m.Groups["query"].Value}".TrimEnd()));
    }

    [Fact]
    public void AuditLog_NamesEachPartOfTheServer() =>
        Assert.All(AuditEntry.Own, who => Assert.Contains($"`{who}` |", Guide, StringComparison.Ordinal));

    private static string Needs(string collection, AccessLevel role) =>
        collection == RepositoryCollections.Files ? "a token" : $"`{role.ToString().ToLowerInvariant()}` in `{collection}`";

    [GeneratedRegex(@"^\| `(?<route>[A-Z]+ /api/v2/[^`]*)` \| (?<needs>[^|]*) \| (?<query>[^|]*)\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Row();
}
