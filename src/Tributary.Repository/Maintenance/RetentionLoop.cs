// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;

namespace Tributary.Repository.Maintenance;

/// <summary>
/// The removal of files that are no longer kept: at startup, before any request, those that a crash left; then every minute, and whenever a
/// blob loses its last record.
/// </summary>
internal sealed partial class RetentionLoop(
    IRepositoryMaintenance maintenance, TimeProvider time, IOptions<RetentionOptions> options, ILogger<RetentionLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly RepositoryRetention _retention = new(options.Value.KeepNewest, options.Value.KeepFor);
    private readonly TimeSpan _grace = options.Value.Grace;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await maintenance.RecoverAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await ApplyRetentionAsync(stoppingToken);
                var next = time.GetUtcNow() + Period;
                do
                {
                    await RemoveOrphanedBlobsAsync(stoppingToken);
                }
                while (await IsSignalledBeforeAsync(next, stoppingToken));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogNotCleaned(error);
                await Task.Delay(Period, time, stoppingToken);
            }
        }
    }

    private async Task ApplyRetentionAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        for (long? after = 0; after is { } from;)
        {
            var pass = await maintenance.ApplyAsync(_retention, from, cancellationToken);
            removed += pass.Removed;
            after = pass.Next;
        }

        if (removed > 0)
        {
            LogRemoved(removed);
        }
    }

    private async Task RemoveOrphanedBlobsAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        while (await maintenance.RemoveOrphanedBlobsAsync(_grace, cancellationToken) is > 0 and var count)
        {
            removed += count;
        }

        if (removed > 0)
        {
            LogContentsRemoved(removed);
        }
    }

    /// <summary>Waits for a blob to lose its last record; returns false when <paramref name="end"/> comes first.</summary>
    private async Task<bool> IsSignalledBeforeAsync(DateTimeOffset end, CancellationToken cancellationToken)
    {
        var left = end - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        using var timeout = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await maintenance.WaitForOrphanedBlobAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} repository files that the retention rules no longer keep")]
    private partial void LogRemoved(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} repository blobs to which no file refers any longer")]
    private partial void LogContentsRemoved(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Old repository files and blobs could not be removed; retrying in one minute")]
    private partial void LogNotCleaned(Exception error);
}
