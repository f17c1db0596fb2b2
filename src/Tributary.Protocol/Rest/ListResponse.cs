// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>One part of a collection.</summary>
/// <typeparam name="T">The type of the collection's documents.</typeparam>
public sealed record ListResponse<T>
{
    /// <summary>The number of documents in the whole collection, not only in this part.</summary>
    public required int Count { get; init; }

    /// <summary>The documents in the requested part.</summary>
    [JsonPropertyName("result")]
    public required IReadOnlyList<T> Items { get; init; }
}
