// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;

namespace Tributary.Combiner.Tasks;

/// <summary>The service that keeps the clients' records in step with their connections.</summary>
internal sealed partial class ClientStatusWriter(
    ClientRoster roster, IClientStore clients, TimeProvider time, IOptions<CombinerOptions> options, ILogger<ClientStatusWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RecordAsync(stoppingToken);
        }
    }

    /// <summary>Writes the changed statuses; those that cannot be written now are written the next time.</summary>
    internal async Task RecordAsync(CancellationToken cancellationToken)
    {
        try
        {
            var changes = roster.ListStatusChanges();
            if (changes.Count > 0)
            {
                await clients.SetStatusAsync(options.Value.Name, changes, cancellationToken);
                roster.MarkRecorded(changes);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotWritten(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The statuses of clients could not be written; the next attempt follows in 5 seconds")]
    private partial void LogNotWritten(Exception error);
}
