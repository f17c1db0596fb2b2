// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A request to set the helper that is used when none is named.</summary>
public sealed record SetHelperRequest
{
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Helper { get; init; }
}
