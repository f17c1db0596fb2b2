// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Storage;
using Tributary.Testing;

namespace Tributary.Benchmarks.Repository;

/// <summary>Pages of a long list: what the last costs beside the first.</summary>
internal static class PageBenchmarks
{
    private const int PageRows = 100;
    private const int Pieces = 10;

    public static async Task RunAsync(BenchmarkRun run)
    {
        var models = run.Choose(100_000, 1_000);
        using var temporary = new TemporaryFolder();
        using var folder = new DataFolder(temporary.Combine("data"));
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(IdSource.Unpredictable);
        services.AddEmbeddedStorage(folder);
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IRepositoryTransfer>().LoadAsync(LoadMode.Empty, (load, token) => FillAsync(load, models, token), CancellationToken.None);
        var store = provider.GetRequiredService<IRepositoryStore>();
        var last = await FindLastAsync(store, models / Pieces);
        BenchmarkRun.PrintHeader(string.Create(CultureInfo.InvariantCulture, $"{models} models, pages of {PageRows}"), "median ms");
        await PrintAsync(run, "first page", () => PageAsync(store, 0));
        await PrintAsync(run, "middle page", () => PageAsync(store, last / 2));
        await PrintAsync(run, "last page", () => PageAsync(store, last - PageRows));
        await PrintAsync(run, "one model", async () => await store.FindAsync(RepositoryKind.Model, Key(models / 2), CancellationToken.None) is not null);
    }

    private static async Task<AuditEntry> FillAsync(RepositoryLoad load, int models, CancellationToken cancellationToken)
    {
        for (var i = 0; i < models; i++)
        {
            var document = string.Create(CultureInfo.InvariantCulture, $$$"""{"model_name":"model{{{i}}}","model_version":"1","meta":{"library":"keras","description":"a model"}}""");
            await load.AddEntryAsync(new RepositoryEntry { Kind = RepositoryKind.Model, Key = Key(i), Model = Key(i), Document = document }, cancellationToken);
        }

        return new AuditEntry("benchmark", "fill", "models");
    }

    private static RepositoryKey Key(int i) => RepositoryKey.Of(string.Create(CultureInfo.InvariantCulture, $"model{i}"), "1");

    private static async Task<long> FindLastAsync(IRepositoryStore store, int step)
    {
        var after = 0L;
        while ((await store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(after, step), CancellationToken.None)).Next is { } next)
        {
            after = next;
        }

        return after + step;
    }

    private static async Task<bool> PageAsync(IRepositoryStore store, long after) =>
        (await store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(after, PageRows), CancellationToken.None)).Items.Count == PageRows;

    private static async Task PrintAsync(BenchmarkRun run, string name, Func<Task<bool>> read)
    {
        var times = new List<double>();
        for (var i = 0; i < run.Choose(21, 1); i++)
        {
            var start = Stopwatch.GetTimestamp();
            if (!await read())
            {
                throw new InvalidOperationException($"The {name} is not there.");
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        run.PrintRow($"| {name} | {SideBySide.Median(times):F2} |");
    }
}
