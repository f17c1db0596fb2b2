// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>The state of a server optimiser between two rounds, each set with the layout of <see cref="ServerStep.StateLayout"/>.</summary>
/// <param name="First">The first moment m.</param>
/// <param name="Second">The second moment v of the adaptive rules; null for the rules with momentum.</param>
public sealed record ServerMoments(ParameterSet First, ParameterSet? Second);
