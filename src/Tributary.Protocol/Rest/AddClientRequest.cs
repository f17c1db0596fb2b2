// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A client's request to be assigned a combiner.</summary>
public sealed record AddClientRequest
{
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Name { get; init; }

    /// <summary>The id that the client uses; null for a new one.</summary>
    [JsonConverter(typeof(LenientTextConverter))]
    public string? ClientId { get; init; }

    /// <summary>The name of the combiner that the client prefers; null for any.</summary>
    [JsonConverter(typeof(LenientTextConverter))]
    public string? PreferredCombiner { get; init; }

    /// <summary>The origin of the client's compute package: <c>local</c> or <c>remote</c>.</summary>
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Package { get; init; }

    /// <summary>The alternative spelling of <see cref="PreferredCombiner"/> that some clients use.</summary>
    [JsonConverter(typeof(LenientTextConverter))]
    public string? CombinerPreferred { get; init; }
}
