// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Core.Rounds;

/// <summary>The rounds of this combiner that take updates, by number.</summary>
public sealed class OpenRounds
{
    /// <summary>The record of a round says that it has ended soon after it closed: only the newest need to be known here.</summary>
    private const int MaxEnded = 1024;

    private readonly ConcurrentDictionary<long, OpenRound> _rounds = [];
    private readonly Lock _lock = new();
    private readonly Queue<long> _endedInOrder = [];
    private readonly HashSet<long> _ended = [];

    internal bool TryAdd(OpenRound round) => _rounds.TryAdd(round.Plan.Round, round);

    internal void Remove(OpenRound round) => _rounds.TryRemove(KeyValuePair.Create(round.Plan.Round, round));

    /// <summary>The round takes no more updates, whatever comes: it is being folded, or has nothing to fold.</summary>
    internal void MarkClosed(long number)
    {
        lock (_lock)
        {
            if (_ended.Add(number))
            {
                _endedInOrder.Enqueue(number);
            }

            if (_endedInOrder.Count > MaxEnded)
            {
                _ended.Remove(_endedInOrder.Dequeue());
            }
        }
    }

    /// <summary>Whether the round was open here and has closed lately.</summary>
    internal bool IsClosed(long number)
    {
        lock (_lock)
        {
            return _ended.Contains(number);
        }
    }

    internal OpenRound? Find(long number) => _rounds.GetValueOrDefault(number);
}
