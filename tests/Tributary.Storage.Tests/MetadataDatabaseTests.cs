// SPDX-License-Identifier: Apache-2.0

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
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(errors))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(IdSource.Unpredictable)
            .AddEmbeddedStorage(folder);
        await using var provider = services.BuildServiceProvider();
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
}
