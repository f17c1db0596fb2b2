// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Core.Rounds;

/// <summary>The rounds of this combiner that take updates, by number.</summary>
public sealed class OpenRounds
{
    private readonly ConcurrentDictionary<long, OpenRound> _rounds = [];

    internal bool TryAdd(OpenRound round) => _rounds.TryAdd(round.Plan.Round, round);

    internal void Remove(OpenRound round) => _rounds.TryRemove(KeyValuePair.Create(round.Plan.Round, round));

    internal OpenRound? Find(long number) => _rounds.GetValueOrDefault(number);
}
