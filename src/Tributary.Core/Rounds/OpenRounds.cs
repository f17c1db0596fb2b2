// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Core.Rounds;

/// <summary>The rounds of this combiner that accept updates, by number.</summary>
public sealed class OpenRounds
{
    /// <summary>The number of closed rounds that are remembered: soon after a round closed, its record says so.</summary>
    private const int MaxEnded = 1024;

    private readonly ConcurrentDictionary<long, OpenRound> _rounds = [];
    private readonly Lock _lock = new();
    private readonly Queue<long> _endedInOrder = [];
    private readonly HashSet<long> _ended = [];

    /// <summary>The number of updates that wait to be recorded in the ledger.</summary>
    public int Waiting => _rounds.Values.Sum(round => round.Waiting);

    internal bool TryAdd(OpenRound round) => _rounds.TryAdd(round.Plan.Round, round);

    internal void Remove(OpenRound round) => _rounds.TryRemove(KeyValuePair.Create(round.Plan.Round, round));

    /// <summary>Marks a round as closed: it accepts no more updates, because it is being folded or has nothing to fold.</summary>
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

    /// <summary>Returns whether the round was open here and has closed recently.</summary>
    internal bool IsClosed(long number)
    {
        lock (_lock)
        {
            return _ended.Contains(number);
        }
    }

    internal OpenRound? Find(long number) => _rounds.GetValueOrDefault(number);
}
