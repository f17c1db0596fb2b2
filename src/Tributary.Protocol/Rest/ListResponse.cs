// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>Part of a collection.</summary>
/// <typeparam name="T">The documents of the collection.</typeparam>
public sealed record ListResponse<T>
{
    /// <summary>How many there are in all, not only in this part.</summary>
    [JsonPropertyName("count")]
    public required int Count { get; init; }

    /// <summary>The part that was asked for.</summary>
    [JsonPropertyName("result")]
    public required IReadOnlyList<T> Items { get; init; }
}
