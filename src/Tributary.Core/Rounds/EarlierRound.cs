// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Rounds;

/// <summary>An earlier round of a session as the open one sees it.</summary>
/// <param name="Model">The model from which the clients of the earlier round train.</param>
/// <param name="Staleness">The number of models that the session has committed since that model.</param>
internal sealed record EarlierRound(ModelId Model, int Staleness);
