// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Reports;

/// <summary>A peer as it identified itself in a message.</summary>
public sealed record ReportSender(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("role")] string Role,
    [property: JsonPropertyName("clientId")] string ClientId)
{
    /// <summary>The text that distinguishes clients: the id, or the name of those that send no id with their reports.</summary>
    [JsonPropertyName("identity")]
    public string Identity => ClientId.Length > 0 ? ClientId : Name;
}

/// <summary>A report of a client or of the combiner.</summary>
public abstract record Report
{
    public required string Id { get; init; }

    public ReportSender? Sender { get; init; }

    /// <summary>The session that the report concerns; may be empty.</summary>
    public string Session { get; init; } = "";

    /// <summary>The time of the reported event.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A report of an event at a client or the combiner.</summary>
public sealed record StatusReport : Report
{
    /// <summary>The description of the event, for people.</summary>
    public required string Status { get; init; }

    /// <summary>The level in the word of the wire, for example <c>INFO</c>.</summary>
    public required string LogLevel { get; init; }

    /// <summary>The type in the word of the wire, for example <c>MODEL_UPDATE</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The data that the client added, as received.</summary>
    public string Data { get; init; } = "";

    /// <summary>The further data that the client added, as received.</summary>
    public string Extra { get; init; } = "";

    /// <summary>The correlation id of the task that the report concerns.</summary>
    public string CorrelationId { get; init; } = "";
}

/// <summary>A report of a client's validation of a model.</summary>
public sealed record ValidationReport : Report
{
    public required string Model { get; init; }

    /// <summary>The client's metrics: JSON text as received, which may hold NaN.</summary>
    public required string Data { get; init; }

    /// <summary>The correlation id of the task that the report answers.</summary>
    public string CorrelationId { get; init; } = "";

    /// <summary>The metadata that the client added, as received.</summary>
    public string Meta { get; init; } = "";

    /// <summary>The combiner that requested the validation.</summary>
    public ReportSender? Receiver { get; init; }
}

/// <summary>The kind of a <see cref="ValueReport"/>. Databases store the numbers.</summary>
public enum ValueKind
{
    /// <summary>A number about a model in training.</summary>
    Metric = 0,

    /// <summary>A text about the client.</summary>
    Attribute = 1,

    /// <summary>A number about the client's machine; the last five minutes are kept.</summary>
    Telemetry = 2,
}

/// <summary>A report of one value under a key.</summary>
public sealed record ValueReport : Report
{
    public required ValueKind Kind { get; init; }

    public required string Key { get; init; }

    /// <summary>The value of a metric or of telemetry.</summary>
    public double? Number { get; init; }

    /// <summary>The value of an attribute.</summary>
    public string? Text { get; init; }

    /// <summary>The step of training; null when the client states none.</summary>
    public long? Step { get; init; }

    public string Model { get; init; } = "";

    public string Round { get; init; } = "";
}
