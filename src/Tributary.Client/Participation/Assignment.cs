// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Participation;

/// <summary>The combiner assigned to this participant, and the id to use there.</summary>
/// <param name="Combiner">The address of the combiner; https means TLS.</param>
/// <param name="ClientId">The id by which the federation knows this participant.</param>
/// <param name="Helper">The name of the helper that determines the byte format of models; may be empty.</param>
internal sealed record Assignment(Uri Combiner, string ClientId, string Helper);
