// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Core.Rounds;

/// <summary>The rounds of this combiner that take updates, by number.</summary>
public sealed class OpenRounds
{
    private readonly ConcurrentDictionary<long, OpenRound> _rounds = [];
    private readonly ConcurrentDictionary<long, bool> _ended = [];

    internal bool TryAdd(OpenRound round) => _rounds.TryAdd(round.Plan.Round, round);

    internal void Remove(OpenRound round) => _rounds.TryRemove(KeyValuePair.Create(round.Plan.Round, round));

    /// <summary>The round takes no more updates, whatever comes: it is being folded, or has nothing to fold.</summary>
    internal void End(long number) => _ended.TryAdd(number, true);

    /// <summary>Whether the round was open here and has closed.</summary>
    internal bool HasEnded(long number) => _ended.ContainsKey(number);

    internal OpenRound? Find(long number) => _rounds.GetValueOrDefault(number);
}
