// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Storage.Relational.Sqlite;

namespace Tributary.Storage.Relational;

/// <summary>The access to the metadata: reads at any time, one write at a time, each whole or not at all, and durable once it is answered.</summary>
/// <remarks>
/// Writes that wait for the one before them share the next transaction, each behind a savepoint of its own: a sync of the disk and the work around it
/// serve them all. A write that fails takes none of the others with it; a transaction that fails takes them all.
/// </remarks>
internal sealed class MetadataDatabase(IDbContextFactory<MetadataContext> contexts, StorageMetrics metrics) : IDisposable
{
    private const int MaxBatch = 64;

    /// <summary>The maximum number of contexts that wait for their next use.</summary>
    private const int MaxIdle = 8;

    private const string Savepoint = "write";

    // SQLite allows one writer; waiting here is fair and prompt, SQLite's own way of waiting is neither.
    private readonly SemaphoreSlim _writer = new(1);
    private readonly ConcurrentQueue<PendingWrite> _waiting = [];

    // With their connections open: to open one costs more than most of what is done with it.
    private readonly ConcurrentStack<MetadataContext> _idle = [];
    private volatile bool _isDisposed;

    public async ValueTask<T> ReadAsync<T>(string operation, Func<MetadataContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var began = metrics.Begin();
        var isDone = false;
        try
        {
            var result = await UseAsync(QueryTrackingBehavior.NoTracking, context => read(context, cancellationToken));
            isDone = true;
            return result;
        }
        catch (DbException error)
        {
            throw new StorageException(operation, error);
        }
        finally
        {
            metrics.Completed(StorageMetrics.DatabaseRead, began, isDone, cancellationToken);
        }
    }

    public async ValueTask<T> WriteAsync<T>(
        string operation,
        Func<MetadataContext, CancellationToken, Task<T>> write,
        CancellationToken cancellationToken,
        WriteSync sync = WriteSync.BeforeAnswer)
    {
        var began = metrics.Begin();
        var pending = new PendingWrite<T>(operation, sync, write, cancellationToken);
        try
        {
            _waiting.Enqueue(pending);
            await _writer.WaitAsync(CancellationToken.None);
            try
            {
                // The writer before this one has taken this write along, or this one takes along those behind it.
                while (!pending.Task.IsCompleted)
                {
                    await WriteBatchAsync();
                }
            }
            finally
            {
                _writer.Release();
            }

            return await pending.Task;
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            throw new StorageException(operation, error);
        }
        finally
        {
            metrics.Completed(StorageMetrics.DatabaseWrite, began, pending.Task.IsCompletedSuccessfully, cancellationToken);
        }
    }

    public async ValueTask ExecuteAsync(
        string operation,
        Func<MetadataContext, CancellationToken, Task> write,
        CancellationToken cancellationToken,
        WriteSync sync = WriteSync.BeforeAnswer) =>
        await WriteAsync(
            operation,
            async (context, token) =>
            {
                await write(context, token);
                return true;
            },
            cancellationToken,
            sync);

    public void Dispose()
    {
        _isDisposed = true;
        DisposeIdle();
        _writer.Dispose();
    }

    private void DisposeIdle()
    {
        while (_idle.TryPop(out var context))
        {
            context.Dispose();
        }
    }

    /// <summary>Runs with a context whose connection is open. After a failure, the next use gets another one.</summary>
    private async Task<T> UseAsync<T>(QueryTrackingBehavior tracking, Func<MetadataContext, Task<T>> use)
    {
        if (!_idle.TryPop(out var context))
        {
            context = await contexts.CreateDbContextAsync(CancellationToken.None);
        }

        var isDone = false;
        try
        {
            // Savepoints are set here, and one that is cancelled would be logged as an error.
            context.Database.AutoSavepointsEnabled = false;
            context.ChangeTracker.QueryTrackingBehavior = tracking;
            if (context.Database.GetDbConnection().State != ConnectionState.Open)
            {
                await context.Database.OpenConnectionAsync(CancellationToken.None);
            }

            var result = await use(context);
            context.ChangeTracker.Clear();
            isDone = true;
            return result;
        }
        finally
        {
            if (isDone && !_isDisposed && _idle.Count < MaxIdle)
            {
                _idle.Push(context);
                if (_isDisposed)
                {
                    DisposeIdle();
                }
            }
            else
            {
                await context.DisposeAsync();
            }
        }
    }

    /// <summary>Writes what waits in one transaction; every write that is taken has its answer afterwards.</summary>
    private async Task WriteBatchAsync()
    {
        var batch = new List<PendingWrite>();
        while (batch.Count < MaxBatch && _waiting.TryDequeue(out var next))
        {
            if (!next.TryCancel())
            {
                batch.Add(next);
            }
        }

        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await UseAsync(QueryTrackingBehavior.TrackAll, context => CommitAsync(context, batch));
        }
        catch (Exception error)
        {
            // Those that share a transaction are not to blame for its end, whatever ended it.
            batch.ForEach(write => write.Fail(batch.Count > 1 ? new StorageException(write.Operation, error) : error));
        }
    }

    private static async Task<bool> CommitAsync(MetadataContext context, List<PendingWrite> batch)
    {
        var isLate = batch.TrueForAll(write => write.Sync == WriteSync.WithNext);
        if (isLate)
        {
            await context.Database.SetSyncedAsync(false);
        }

        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.Serializable, CancellationToken.None);
        if (batch is [var only])
        {
            await only.ApplyAsync(context);
        }
        else
        {
            foreach (var write in batch)
            {
                await transaction.CreateSavepointAsync(Savepoint, CancellationToken.None);
                try
                {
                    await write.ApplyAsync(context);
                }
                catch (Exception error)
                {
                    write.Fail(error);
                    await transaction.RollbackToSavepointAsync(Savepoint, CancellationToken.None);
                }

                await transaction.ReleaseSavepointAsync(Savepoint, CancellationToken.None);
                context.ChangeTracker.Clear();
            }
        }

        var applied = batch.FindAll(write => !write.HasFailed);
        applied.ForEach(write => Failpoints.Reached("database.committing", write.Operation));
        await transaction.CommitAsync(CancellationToken.None);
        applied.ForEach(write => Failpoints.Reached("database.committed", write.Operation));
        if (isLate)
        {
            await context.Database.SetSyncedAsync(true);
        }

        applied.ForEach(write => write.Complete());
        return true;
    }

    /// <summary>A write that has not been answered.</summary>
    private abstract class PendingWrite(string operation, WriteSync sync)
    {
        public string Operation { get; } = operation;

        public WriteSync Sync { get; } = sync;

        public abstract bool HasFailed { get; }

        /// <summary>Returns whether the write was cancelled while it waited; it is answered so.</summary>
        public abstract bool TryCancel();

        /// <summary>Makes the changes; they are saved, and not committed yet.</summary>
        public abstract Task ApplyAsync(MetadataContext context);

        public abstract void Complete();

        /// <summary>Answers with an error, unless the write has been answered.</summary>
        public abstract void Fail(Exception error);
    }

    private sealed class PendingWrite<T>(
        string operation, WriteSync sync, Func<MetadataContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
        : PendingWrite(operation, sync)
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _answer.Task;

        public override bool HasFailed => _answer.Task.IsCompleted;

        public override bool TryCancel() => cancellationToken.IsCancellationRequested && _answer.TrySetCanceled(cancellationToken);

        public override async Task ApplyAsync(MetadataContext context)
        {
            _result = await write(context, cancellationToken);
            await context.SaveChangesAsync(cancellationToken);
        }

        public override void Complete() => _answer.TrySetResult(_result);

        public override void Fail(Exception error) =>
            _ = error is OperationCanceledException && cancellationToken.IsCancellationRequested ? _answer.TrySetCanceled(cancellationToken) : _answer.TrySetException(error);
    }
}

/// <summary>The time at which a write is made safe from a loss of power. The end of the process harms neither.</summary>
internal enum WriteSync
{
    /// <summary>The write is synced before it is answered.</summary>
    BeforeAnswer,

    /// <summary>The write is synced with the next one that is synced before its answer: for what can be made again without loss.</summary>
    WithNext,
}
