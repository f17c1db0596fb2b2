// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Coordination;

/// <summary>The error of an activation whose epoch has ended: its work belongs to another activation from then on.</summary>
public sealed class EpochLostException(LeaderEpoch epoch) : Exception($"Another activation of {epoch.Key} has taken an epoch later than {epoch.Number}.");
