// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Coordination;

/// <summary>An epoch of a key. Whoever takes a later one of the same key ends it; the epochs of other keys have nothing to do with it.</summary>
public readonly record struct LeaderEpoch(CoordinationKey Key, long Number);
