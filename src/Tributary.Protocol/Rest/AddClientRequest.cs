// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A client that asks for a combiner.</summary>
public sealed record AddClientRequest
{
    /// <summary>A name for people.</summary>
    [JsonPropertyName("name")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Name { get; init; }

    /// <summary>The id that it goes by; null for a new one.</summary>
    [JsonPropertyName("client_id")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? ClientId { get; init; }

    /// <summary>The name of the combiner that it wants; null for any.</summary>
    [JsonPropertyName("preferred_combiner")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? PreferredCombiner { get; init; }

    /// <summary>Where its compute package comes from: <c>local</c> or <c>remote</c>.</summary>
    [JsonPropertyName("package")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Package { get; init; }

    /// <summary>The other spelling of <see cref="PreferredCombiner"/> that clients use.</summary>
    [JsonPropertyName("combiner_preferred")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? CombinerPreferred { get; init; }
}
