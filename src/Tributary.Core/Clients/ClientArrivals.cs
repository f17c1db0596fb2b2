// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;

namespace Tributary.Core.Clients;

/// <summary>The arrivals of clients at a combiner, for those who wait for them.</summary>
internal sealed class ClientArrivals(TimeProvider time)
{
    private readonly Lock _lock = new();

    // One channel per caller that waits; each is signalled at every arrival.
    private readonly List<Channel<bool>> _waiting = [];

    public void Signal()
    {
        lock (_lock)
        {
            _waiting.ForEach(waiter => waiter.Writer.TryWrite(true));
        }
    }

    /// <summary>Waits until <paramref name="isEnough"/> returns true, which is asked at each arrival, or <paramref name="patience"/> is over.</summary>
    public async Task WaitAsync(Func<bool> isEnough, TimeSpan patience, CancellationToken cancellationToken)
    {
        var arrivals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
        lock (_lock)
        {
            _waiting.Add(arrivals);
        }

        using var late = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            while (!isEnough() && !late.IsCancellationRequested)
            {
                await arrivals.Reader.ReadAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            lock (_lock)
            {
                _waiting.Remove(arrivals);
            }
        }
    }
}
