// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Rounds;

/// <summary>The epoch under which this process commits rounds: one for sessions and for direct rounds.</summary>
/// <remarks>Another process that takes an epoch of the same store ends this one: its commits are refused from then on.</remarks>
public sealed class CommitEpoch(IRoundStore rounds)
{
    private readonly Lock _lock = new();
    private Task<long>? _acquisition;
    private long? _current;

    /// <summary>Returns the epoch, and takes one from the store where the process has none.</summary>
    /// <exception cref="StorageException">The store failed; the next call tries again.</exception>
    public async ValueTask<long> GetAsync(CancellationToken cancellationToken)
    {
        Task<long> acquisition;
        lock (_lock)
        {
            // Shared by all callers: of two epochs that are taken at the same time, only one could commit.
            acquisition = _acquisition is { IsFaulted: false, IsCanceled: false }
                ? _acquisition
                : _acquisition = rounds.AcquireEpochAsync(CancellationToken.None).AsTask();
        }

        var epoch = await acquisition.WaitAsync(cancellationToken);
        lock (_lock)
        {
            _current = acquisition == _acquisition ? epoch : _current;
        }

        return epoch;
    }

    /// <summary>Drops an epoch whose commit was refused; the next caller takes a new one.</summary>
    public void Drop(long epoch)
    {
        lock (_lock)
        {
            if (_current == epoch)
            {
                (_acquisition, _current) = (null, null);
            }
        }
    }
}
