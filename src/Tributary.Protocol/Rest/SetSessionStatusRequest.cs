// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A request to set the status of a session.</summary>
public sealed record SetSessionStatusRequest
{
    /// <summary>The new status; only <c>Terminated</c> can be set.</summary>
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Status { get; init; }
}
