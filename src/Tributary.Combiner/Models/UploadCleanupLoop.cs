// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Core.Updates;

namespace Tributary.Combiner.Models;

/// <summary>
/// The service that cleans the spool: of the remains of a crash before any upload is accepted, then of abandoned uploads every hour.
/// </summary>
internal sealed partial class UploadCleanupLoop(UploadReceiver uploads, TimeProvider time, ILogger<UploadCleanupLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await uploads.CleanAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await uploads.CleanAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogNotCleaned(error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Old uploads could not be removed from the spool; the next attempt follows in an hour")]
    private partial void LogNotCleaned(Exception error);
}
