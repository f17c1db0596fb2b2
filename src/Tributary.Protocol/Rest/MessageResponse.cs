// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The outcome of a request, in words.</summary>
public sealed record MessageResponse
{
    /// <summary>A sentence for human readers.</summary>
    public string? Message { get; init; }

    /// <summary>The next step for the caller: <c>retry</c> while the controller is not set up. Absent from most responses.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    /// <summary>True when the request was carried out; absent from most responses, whose HTTP status says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Success { get; init; }
}
