// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Participation;

/// <summary>The waits between tries: doubling, bounded, scattered.</summary>
internal sealed class RetryBackoff(ParticipantOptions options)
{
    private readonly Lock _lock = new();

    /// <summary>Returns the wait after a number of failures in a row, from 1: a fixed half and a random half.</summary>
    public TimeSpan After(int failures)
    {
        var full = Math.Min(options.MaxRetryDelay.TotalSeconds, options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures, 31) - 1));
        lock (_lock)
        {
            return TimeSpan.FromSeconds(full * (0.5 + (0.5 * options.Random.NextDouble())));
        }
    }

    /// <summary>Reports the failure and waits.</summary>
    public Task WaitAsync(string reason, int failures, CancellationToken cancellationToken)
    {
        var wait = After(failures);
        options.Progress?.Report(new ParticipantEvent.Disconnected(reason, wait));
        return Task.Delay(wait, options.TimeProvider, cancellationToken);
    }
}
