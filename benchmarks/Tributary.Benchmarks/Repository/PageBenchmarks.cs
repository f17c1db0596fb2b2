// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Storage;

namespace Tributary.Benchmarks.Repository;

/// <summary>Pages of a long list: what the last costs beside the first.</summary>
internal static class PageBenchmarks
{
    private const int Models = 100_000;
    private const int PageRows = 100;
    private const int Rounds = 21;

    public static async Task RunAsync()
    {
        var path = Directory.CreateTempSubdirectory("tributary-benchmark-").FullName;
        using (var folder = new DataFolder(Path.Combine(path, "data")))
        {
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddSingleton(TimeProvider.System);
            services.AddSingleton(IdSource.Unpredictable);
            services.AddEmbeddedStorage(folder);
            await using var provider = services.BuildServiceProvider();
            await provider.GetRequiredService<IRepositoryTransfer>().LoadAsync(LoadMode.Empty, FillAsync, CancellationToken.None);
            var store = provider.GetRequiredService<IRepositoryStore>();
            var last = await FindLastAsync(store);
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Models} models, pages of {PageRows} | median ms |\n|---|---|"));
            await PrintAsync("first page", () => PageAsync(store, 0));
            await PrintAsync("middle page", () => PageAsync(store, last / 2));
            await PrintAsync("last page", () => PageAsync(store, last - PageRows));
            await PrintAsync("one model", async () => await store.FindAsync(RepositoryKind.Model, Key(Models / 2), CancellationToken.None) is not null);
        }

        Directory.Delete(path, recursive: true);
    }

    private static async Task<AuditEntry> FillAsync(RepositoryLoad load, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Models; i++)
        {
            var document = string.Create(CultureInfo.InvariantCulture, $$$"""{"model_name":"model{{{i}}}","model_version":"1","meta":{"library":"keras","description":"a model"}}""");
            await load.AddEntryAsync(new RepositoryEntry { Kind = RepositoryKind.Model, Key = Key(i), Model = Key(i), Document = document }, cancellationToken);
        }

        return new AuditEntry("benchmark", "fill", "models");
    }

    private static RepositoryKey Key(int i) => RepositoryKey.Of(string.Create(CultureInfo.InvariantCulture, $"model{i}"), "1");

    private static async Task<long> FindLastAsync(IRepositoryStore store)
    {
        var after = 0L;
        while ((await store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(after, 10_000), CancellationToken.None)).Next is { } next)
        {
            after = next;
        }

        return after + 10_000;
    }

    private static async Task<bool> PageAsync(IRepositoryStore store, long after) =>
        (await store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(after, PageRows), CancellationToken.None)).Items.Count == PageRows;

    private static async Task PrintAsync(string name, Func<Task<bool>> read)
    {
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            if (!await read())
            {
                throw new InvalidOperationException($"The {name} is not there.");
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {SideBySide.Median(times):F2} |"));
    }
}
