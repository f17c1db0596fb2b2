// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;

namespace Tributary.Core.Coordination;

/// <summary>The activation of a key, from the epoch that it takes at its start to the end of its work.</summary>
public sealed class Activation(CoordinationKey key)
{
    // One signal stands for any number of changes: the work looks at the store.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private long _requests;
    private long _confirmed;

    public CoordinationKey Key { get; } = key;

    /// <summary>The epoch of the activation, taken before its work began.</summary>
    public LeaderEpoch Epoch { get; internal set; }

    /// <summary>The number of times that the key has been asked for since its activation.</summary>
    public long Requests
    {
        get
        {
            lock (_lock)
            {
                return _requests;
            }
        }
    }

    /// <summary>True when the key has been asked for since the epoch was last known to be the newest.</summary>
    internal bool HasOpenRequests
    {
        get
        {
            lock (_lock)
            {
                return _requests > _confirmed;
            }
        }
    }

    /// <summary>Tells the work that the stores hold something new.</summary>
    public void Signal()
    {
        lock (_lock)
        {
            _requests++;
        }

        _signals.Writer.TryWrite(true);
    }

    /// <summary>Records that a write under the epoch has been accepted, which began after a number of <see cref="Requests"/>.</summary>
    /// <remarks>Should the key be activated elsewhere, that happens after these requests, and finds in the stores what they were about.</remarks>
    public void Confirm(long requests)
    {
        lock (_lock)
        {
            _confirmed = Math.Max(_confirmed, requests);
        }
    }

    /// <summary>Waits for a signal that has not been taken.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _signals.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the signal before the work looks at the store; returns whether there was one.</summary>
    public bool TryTakeSignal() => _signals.Reader.TryRead(out _);
}
