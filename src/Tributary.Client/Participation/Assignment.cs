// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Participation;

/// <summary>Where to go, and as whom.</summary>
/// <param name="Combiner">Its address; https means TLS.</param>
/// <param name="ClientId">The id that this participant goes by.</param>
/// <param name="Helper">The name of the helper that says the byte format of models; may be empty.</param>
internal sealed record Assignment(Uri Combiner, string ClientId, string Helper);
