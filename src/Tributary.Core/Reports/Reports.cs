// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Reports;

/// <summary>A peer as it named itself in a message.</summary>
public sealed record ReportSender(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("role")] string Role,
    [property: JsonPropertyName("clientId")] string ClientId)
{
    /// <summary>What tells clients apart: the id, or the name of those that send no id with their reports.</summary>
    [JsonPropertyName("identity")]
    public string Identity => ClientId.Length > 0 ? ClientId : Name;
}

/// <summary>Something that a client or the combiner tells.</summary>
public abstract record Report
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Who tells.</summary>
    public ReportSender? Sender { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>An event that a client or the combiner tells of.</summary>
public sealed record StatusReport : Report
{
    /// <summary>What happened, for people.</summary>
    public required string Status { get; init; }

    /// <summary>The wire word of its level, such as <c>INFO</c>.</summary>
    public required string LogLevel { get; init; }

    /// <summary>The wire word of its type, such as <c>MODEL_UPDATE</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What the client added, as it came.</summary>
    public string Data { get; init; } = "";

    /// <summary>What the client added, as it came.</summary>
    public string Extra { get; init; } = "";

    /// <summary>The task that it is about.</summary>
    public string CorrelationId { get; init; } = "";

    /// <summary>The session that it is about.</summary>
    public string Session { get; init; } = "";
}

/// <summary>What a client found when it validated a model.</summary>
public sealed record ValidationReport : Report
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The client's figures: JSON text as it came, which may hold NaN.</summary>
    public required string Data { get; init; }

    /// <summary>The task that it answers.</summary>
    public string CorrelationId { get; init; } = "";

    /// <summary>The session of that task.</summary>
    public string Session { get; init; } = "";

    /// <summary>What the client added, as it came.</summary>
    public string Meta { get; init; } = "";

    /// <summary>The combiner that asked.</summary>
    public ReportSender? Receiver { get; init; }
}

/// <summary>What a <see cref="ValueReport"/> is. The names are the words of the database.</summary>
public enum ValueKind
{
    /// <summary>A number about a model in training.</summary>
    Metric = 0,

    /// <summary>A text about the client.</summary>
    Attribute = 1,

    /// <summary>A number about the client's machine; the last five minutes are kept.</summary>
    Telemetry = 2,
}

/// <summary>One value that a client reports under a key.</summary>
public sealed record ValueReport : Report
{
    /// <summary>What it is.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>What it is called.</summary>
    public required string Key { get; init; }

    /// <summary>The value of a metric or of telemetry.</summary>
    public double? Number { get; init; }

    /// <summary>The value of an attribute.</summary>
    public string? Text { get; init; }

    /// <summary>The step of training, when the client says one.</summary>
    public long? Step { get; init; }

    /// <summary>The model that it is about.</summary>
    public string Model { get; init; } = "";

    /// <summary>The round that it is about.</summary>
    public string Round { get; init; } = "";

    /// <summary>The session that it is about.</summary>
    public string Session { get; init; } = "";
}
