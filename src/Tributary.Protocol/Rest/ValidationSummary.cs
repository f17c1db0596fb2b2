// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The figures that a client measured of a model.</summary>
public sealed record ValidationSummary
{
    /// <summary>The task that asked for them.</summary>
    [JsonPropertyName("correlation_id")]
    public string? CorrelationId { get; init; }

    /// <summary>The figures as the client wrote them: mostly a JSON object.</summary>
    [JsonPropertyName("data")]
    public string Data { get => field ?? ""; init; }

    /// <summary>What the client added, as it came.</summary>
    [JsonPropertyName("meta")]
    public string? Meta { get; init; }

    /// <summary>The id of the model.</summary>
    [JsonPropertyName("model_id")]
    public string ModelId { get => field ?? ""; init; }

    /// <summary>The combiner that asked.</summary>
    [JsonPropertyName("receiver")]
    public PeerSummary? Receiver { get; init; }

    /// <summary>The client that measured.</summary>
    [JsonPropertyName("sender")]
    public PeerSummary? Sender { get; init; }

    /// <summary>The id of the session; may be empty.</summary>
    [JsonPropertyName("session_id")]
    public string SessionId { get => field ?? ""; init; }

    /// <summary>The time of the report.</summary>
    [JsonPropertyName("timestamp")]
    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The id of the report.</summary>
    [JsonPropertyName("validation_id")]
    public required string ValidationId { get; init; }
}
