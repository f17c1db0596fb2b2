// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A value that a client reported: a metric, an attribute or telemetry, by which of the three ids is set.</summary>
public sealed record ValueSummary
{
    /// <summary>The id of an attribute; null for a metric or telemetry.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AttributeId { get; init; }

    /// <summary>The id of a metric; null for an attribute or telemetry.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MetricId { get; init; }

    /// <summary>The id of an item of telemetry; null for a metric or an attribute.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TelemetryId { get; init; }

    public required string Key { get; init; }

    /// <summary>The id of the model that the value concerns; may be empty.</summary>
    public string ModelId { get => field ?? ""; init; }

    /// <summary>The number of the round; may be empty.</summary>
    public string RoundId { get => field ?? ""; init; }

    public PeerSummary? Sender { get; init; }

    /// <summary>The id of the session; may be empty.</summary>
    public string SessionId { get => field ?? ""; init; }

    /// <summary>The training step; null when the client reports none.</summary>
    public long? Step { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The value: a number or a string; for numbers that JSON lacks, <c>NaN</c>, <c>Infinity</c> or <c>-Infinity</c>.</summary>
    public JsonElement Value { get; init; }
}
