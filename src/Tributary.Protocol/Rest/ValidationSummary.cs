// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The figures that a client measured for a model.</summary>
public sealed record ValidationSummary
{
    /// <summary>The id of the task that requested the figures.</summary>
    [JsonPropertyName("correlation_id")]
    public string? CorrelationId { get; init; }

    /// <summary>The figures as the client wrote them, usually a JSON object.</summary>
    [JsonPropertyName("data")]
    public string Data { get => field ?? ""; init; }

    /// <summary>The additional text that the client attached, unchanged.</summary>
    [JsonPropertyName("meta")]
    public string? Meta { get; init; }

    /// <summary>The id of the model.</summary>
    [JsonPropertyName("model_id")]
    public string ModelId { get => field ?? ""; init; }

    /// <summary>The combiner that requested the figures.</summary>
    [JsonPropertyName("receiver")]
    public PeerSummary? Receiver { get; init; }

    /// <summary>The client that measured the figures.</summary>
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
