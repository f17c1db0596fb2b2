// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The figures that a client measured for a model.</summary>
public sealed record ValidationSummary
{
    /// <summary>The id of the task that requested the figures.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The figures as the client wrote them, usually a JSON object.</summary>
    public string Data { get => field ?? ""; init; }

    /// <summary>The additional text that the client attached, unchanged.</summary>
    public string? Meta { get; init; }

    public string ModelId { get => field ?? ""; init; }

    /// <summary>The combiner that requested the figures.</summary>
    public PeerSummary? Receiver { get; init; }

    /// <summary>The client that measured the figures.</summary>
    public PeerSummary? Sender { get; init; }

    /// <summary>The id of the session; may be empty.</summary>
    public string SessionId { get => field ?? ""; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset Timestamp { get; init; }

    public required string ValidationId { get; init; }
}
