// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Controller.Rest;

/// <summary>The documents of a collection, for the description of the interface.</summary>
/// <param name="Document">The type of one document.</param>
/// <param name="List">The type of a list of them.</param>
/// <param name="FilterNames">The names that its lists filter by.</param>
internal sealed record ResourceDescription(Type Document, Type List, IReadOnlyCollection<string> FilterNames);
