// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;

namespace Tributary.Core.Coordination;

/// <summary>The activation of a key, from the epoch that it takes at its start to the end of its work.</summary>
public sealed class Activation(CoordinationKey key)
{
    // One signal stands for any number of changes: the work looks at the store.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public CoordinationKey Key { get; } = key;

    /// <summary>The epoch of the activation, taken before its work began.</summary>
    public LeaderEpoch Epoch { get; internal set; }

    /// <summary>Tells the work that the stores hold something new.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Waits for a signal that has not been taken.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _signals.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the signal before the work looks at the store; returns whether there was one.</summary>
    public bool TryTakeSignal() => _signals.Reader.TryRead(out _);
}
