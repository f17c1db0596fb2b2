// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Rounds;

/// <summary>The epoch under which this process commits rounds, those of sessions and direct ones alike.</summary>
/// <remarks>When another process takes an epoch of the same store, this epoch ends: commits under it are refused from then on.</remarks>
public sealed class CommitEpoch(IRoundStore rounds)
{
    private readonly Lock _lock = new();
    private long? _current;

    /// <summary>Returns the epoch, and takes one from the store if this process has none yet.</summary>
    public async ValueTask<long> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_current is { } current)
            {
                return current;
            }
        }

        var taken = await rounds.AcquireEpochAsync(cancellationToken);
        lock (_lock)
        {
            // Of two epochs taken at the same time, only the higher one commits.
            _current = Math.Max(_current ?? 0, taken);
            return _current.Value;
        }
    }

    /// <summary>Drops an epoch whose commit was refused; the next caller takes a new one.</summary>
    public void Drop(long epoch)
    {
        lock (_lock)
        {
            _current = _current == epoch ? null : _current;
        }
    }
}
