// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Tests;

public sealed class MetadataDatabaseTests : FolderTests
{
    // Of SQLite's PRAGMA synchronous.
    private const long NormalSync = 1;
    private const long FullSync = 2;

    /// <summary>A server that is stopped while it writes has not failed.</summary>
    [Fact]
    public async Task Write_CancelledBeforeItsRowsAreSaved_ChangesNothingAndLogsNoError()
    {
        using var errors = new ErrorWatch();
        using var folder = new DataFolder(Folder.Path);
        await using var provider = Build(folder, errors);
        using var stopping = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => provider.GetRequiredService<MetadataDatabase>().ExecuteAsync(
            "set a setting",
            async (context, _) =>
            {
                context.Add(new SettingRow { Key = "k", Value = "v" });
                await stopping.CancelAsync();
            },
            stopping.Token).AsTask());

        Assert.Null(await provider.GetRequiredService<ISettingStore>().FindAsync("k", Token));
        errors.Verify();
    }

    [Fact]
    public async Task Write_SyncedWithTheNext_IsNotSyncedAloneAndIsWithAnother()
    {
        using var folder = new DataFolder(Folder.Path);
        using var errors = new ErrorWatch();
        await using var provider = Build(folder, errors);
        var database = provider.GetRequiredService<MetadataDatabase>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        Assert.Equal((NormalSync, FullSync), (await ReadSyncAsync(WriteSync.WithNext), await ReadSyncAsync(WriteSync.BeforeAnswer)));

        var turn = database.ExecuteAsync("wait", async (_, token) => await first.Task.WaitAsync(token), Token, WriteSync.WithNext).AsTask();
        var shared = ((WriteSync[])[WriteSync.WithNext, WriteSync.BeforeAnswer]).Select(ReadSyncAsync).ToList();
        first.SetResult();
        await turn;
        Assert.All(await Task.WhenAll(shared), synced => Assert.Equal(FullSync, synced));

        // A transaction that fails leaves no connection behind that does not sync.
        await Assert.ThrowsAsync<IOException>(() => database.ExecuteAsync("fail", (_, _) => throw new IOException("x"), Token, WriteSync.WithNext).AsTask());
        Assert.Equal(FullSync, await ReadSyncAsync(WriteSync.BeforeAnswer));

        Task<long> ReadSyncAsync(WriteSync sync) => database.WriteAsync(
            "read the setting",
            (context, token) => context.Database.SqlQueryRaw<long>("SELECT synchronous AS Value FROM pragma_synchronous").FirstAsync(token),
            Token,
            sync).AsTask();
    }

    [Fact]
    public async Task Write_OthersWait_TheyShareATransactionAndFailEachAlone()
    {
        using var errors = new ErrorWatch();
        errors.Expect("UNIQUE constraint failed");
        errors.Expect("saving changes");
        using var folder = new DataFolder(Folder.Path);
        await using var provider = Build(folder, errors);
        var database = provider.GetRequiredService<MetadataDatabase>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancelled = new CancellationTokenSource();
        var transactions = new HashSet<Guid>();

        var turn = database.ExecuteAsync("wait", async (_, token) => await first.Task.WaitAsync(token), Token).AsTask();
        var writes = ((string[])["a", "b", "b", "c"]).Select(key => AddAsync(key, Token)).ToList();
        var waiting = AddAsync("d", cancelled.Token);
        await cancelled.CancelAsync();
        first.SetResult();

        await turn;
        Assert.Equal((1, 2), (await writes[0], await writes[1]));
        await Assert.ThrowsAsync<StorageException>(() => writes[2]);
        Assert.Equal(3, await writes[3]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Single(transactions);
        var settings = provider.GetRequiredService<ISettingStore>();
        Assert.Equal(("a", "b", "c", null), (await settings.FindAsync("a", Token), await settings.FindAsync("b", Token), await settings.FindAsync("c", Token), await settings.FindAsync("d", Token)));

        Task<int> AddAsync(string key, CancellationToken cancellationToken) => database.WriteAsync(
            "set a setting",
            async (context, token) =>
            {
                transactions.Add(context.Database.CurrentTransaction!.TransactionId);
                context.Add(new SettingRow { Key = key, Value = key });
                return 1 + await context.Settings.CountAsync(token);
            },
            cancellationToken).AsTask();
    }

    private static ServiceProvider Build(DataFolder folder, ErrorWatch errors) => new ServiceCollection()
        .AddLogging(logging => logging.AddProvider(errors))
        .AddSingleton(TimeProvider.System)
        .AddSingleton(IdSource.Unpredictable)
        .AddEmbeddedStorage(folder)
        .BuildServiceProvider();
}
