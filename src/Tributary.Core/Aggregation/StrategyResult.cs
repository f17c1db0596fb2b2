// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>The result of a strategy's finishing step.</summary>
/// <param name="Parameters">The next model; before the last phase, the parameters that clients receive in the next one.</param>
/// <param name="WriteState">The function that writes the next state to a stream; null for a strategy that remembers nothing.</param>
public sealed record StrategyResult(ParameterSet Parameters, Action<Stream, CancellationToken>? WriteState = null);
