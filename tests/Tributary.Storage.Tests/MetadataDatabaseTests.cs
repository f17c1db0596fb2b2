// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Tests;

public sealed class MetadataDatabaseTests : FolderTests
{
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
