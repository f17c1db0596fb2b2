// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The status that a session is to have.</summary>
public sealed record SetSessionStatusRequest
{
    /// <summary><c>Terminated</c> is the only one that can be set.</summary>
    [JsonPropertyName("status")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Status { get; init; }
}
