// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Tributary.Core.Updates;

namespace Tributary.Core.Rounds;

/// <summary>The rounds of this combiner that accept updates, by number.</summary>
public sealed class OpenRounds
{
    /// <summary>The number of closed rounds that are remembered: soon after a round closed, its record says so.</summary>
    private const int MaxEnded = 1024;

    private readonly ConcurrentDictionary<long, OpenRound> _rounds = [];
    private readonly Lock _lock = new();
    private readonly Queue<UpdateScope> _endedInOrder = [];
    private readonly HashSet<UpdateScope> _ended = [];

    /// <summary>The number of updates that wait to be recorded in the ledger.</summary>
    public int Waiting => _rounds.Values.Sum(round => round.Waiting);

    internal bool TryAdd(OpenRound round) => _rounds.TryAdd(round.Plan.Round, round);

    internal void Remove(OpenRound round) => _rounds.TryRemove(KeyValuePair.Create(round.Plan.Round, round));

    /// <summary>Marks a phase of a round as closed: it accepts no more updates, because it is being folded or has nothing to fold.</summary>
    internal void MarkClosed(UpdateScope scope)
    {
        lock (_lock)
        {
            if (_ended.Add(scope))
            {
                _endedInOrder.Enqueue(scope);
            }

            if (_endedInOrder.Count > MaxEnded)
            {
                _ended.Remove(_endedInOrder.Dequeue());
            }
        }
    }

    /// <summary>Returns whether the phase of a round was open here and has closed recently.</summary>
    internal bool IsClosed(UpdateScope scope)
    {
        lock (_lock)
        {
            return _ended.Contains(scope);
        }
    }

    /// <summary>Returns whether a client is selected in an open round to train from these parameters, the result of a phase.</summary>
    public bool HandOut(ModelId phaseModel, ClientId client) =>
        _rounds.Values.Any(round => round.Plan.PhaseModel == phaseModel && round.IsSelected(client));

    /// <summary>Tells the open rounds that take late updates, and wait for a client, that it has answered an earlier task in vain.</summary>
    internal void Nudge(ClientId client)
    {
        foreach (var round in _rounds.Values.Where(round => round.Earlier is not null && round.IsSelected(client)))
        {
            round.Nudge(client);
        }
    }

    /// <summary>
    /// Finds the open round in which an update counts that was trained in a round: that round itself, or a later one of its session whose
    /// strategy takes late updates.
    /// </summary>
    /// <param name="number">The number of the round in which the client trained.</param>
    /// <returns>The open round, with the earlier one where they differ; null when there is none.</returns>
    internal (OpenRound Round, EarlierRound? TrainedIn)? Find(long number) =>
        _rounds.TryGetValue(number, out var round) ? (round, null)
        : _rounds.Values.FirstOrDefault(later => later.Earlier?.ContainsKey(number) == true) is { } open ? (open, open.Earlier![number])
        : null;
}
