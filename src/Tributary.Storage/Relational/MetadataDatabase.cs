// SPDX-License-Identifier: Apache-2.0

using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;

namespace Tributary.Storage.Relational;

/// <summary>The access to the metadata: reads at any time, one write at a time, each write one durable transaction.</summary>
internal sealed class MetadataDatabase(IDbContextFactory<MetadataContext> contexts) : IDisposable
{
    // SQLite allows one writer; waiting here is fair and prompt, SQLite's own way of waiting is neither.
    private readonly SemaphoreSlim _writer = new(1);

    public async ValueTask<T> ReadAsync<T>(string operation, Func<MetadataContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            return await read(context, cancellationToken);
        }
        catch (DbException error)
        {
            throw new StorageException(operation, error);
        }
    }

    public async ValueTask<T> WriteAsync<T>(string operation, Func<MetadataContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);

            // The write succeeds or fails as a whole, and a savepoint that is cancelled would be logged as an error.
            context.Database.AutoSavepointsEnabled = false;
            await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
            var result = await write(context, cancellationToken);
            await context.SaveChangesAsync(cancellationToken);
            Failpoints.Reached("database.committing", operation);
            await transaction.CommitAsync(CancellationToken.None);
            Failpoints.Reached("database.committed", operation);
            return result;
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            throw new StorageException(operation, error);
        }
        finally
        {
            _writer.Release();
        }
    }

    public async ValueTask ExecuteAsync(string operation, Func<MetadataContext, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        await WriteAsync(
            operation,
            async (context, token) =>
            {
                await write(context, token);
                return true;
            },
            cancellationToken);

    public void Dispose() => _writer.Dispose();
}
