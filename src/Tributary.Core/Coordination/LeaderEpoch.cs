// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Coordination;

/// <summary>An epoch of a key. A later one of the same key ends it; those of other keys have nothing to do with it.</summary>
public readonly record struct LeaderEpoch(CoordinationKey Key, long Number);
