// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Aggregation;

/// <summary>The numbers of clients in a round that delivered an update and that failed to.</summary>
/// <param name="Results">The number of updates that count.</param>
/// <param name="Failures">The number of clients that were waited for and delivered no update.</param>
public readonly record struct RoundParticipation(int Results, int Failures);
