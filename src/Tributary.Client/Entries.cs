// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Client;

/// <summary>A model of the trail.</summary>
public sealed record ModelSummary
{
    /// <summary>Its id.</summary>
    public required string ModelId { get; init; }

    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>The model that it was trained from; null for an uploaded one.</summary>
    public string? ParentModel { get; init; }

    /// <summary>The session that made it; null for an uploaded one.</summary>
    public string? SessionId { get; init; }

    /// <summary>The round that made it; null for an uploaded one.</summary>
    public string? RoundId { get; init; }

    /// <summary>The name of its byte format, such as <c>npz</c>; null from a server that does not say.</summary>
    public string? Format { get; init; }

    /// <summary>Its length in bytes; null from a server that does not say.</summary>
    public long? Length { get; init; }

    /// <summary>The digest of its bytes in hexadecimal; null from a server that does not say.</summary>
    public string? Sha256 { get; init; }

    /// <summary>When it was committed.</summary>
    public DateTimeOffset CommittedAt { get; init; }
}

/// <summary>A session.</summary>
public sealed record SessionSummary
{
    /// <summary>The status of a session whose rounds are done.</summary>
    public const string Finished = "Finished";

    /// <summary>The status of a session that was ended from outside.</summary>
    public const string Terminated = "Terminated";

    /// <summary>Its id.</summary>
    public required string SessionId { get; init; }

    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>Created</c>, <c>Started</c>, <see cref="Finished"/> or <see cref="Terminated"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether nothing happens in it any more.</summary>
    public bool HasEnded => Status is Finished or Terminated;
}

/// <summary>A round and what came of it.</summary>
public sealed record RoundSummary
{
    /// <summary>Its number.</summary>
    public required string RoundId { get; init; }

    /// <summary><c>Pending</c>, <c>Success</c> or <c>Finished</c> with a model, <c>Failed</c> or <c>Terminated</c> without.</summary>
    public required string Status { get; init; }

    /// <summary>Why it has no model; null when it has one, or is not over.</summary>
    public string? Error { get; init; }

    /// <summary>The session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The model that it trained from.</summary>
    public required string ParentModelId { get; init; }

    /// <summary>The model that it made; null without one.</summary>
    public string? ModelId { get; init; }

    /// <summary>Updates in the model.</summary>
    public int Updates { get; init; }

    /// <summary>Updates that were refused.</summary>
    public int RefusedUpdates { get; init; }

    /// <summary>The examples that the updates were trained on.</summary>
    public double Examples { get; init; }

    /// <summary>Bytes that participants uploaded.</summary>
    public long Bytes { get; init; }

    /// <summary>From the tasks to the aggregate.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether nothing happens in it any more.</summary>
    public bool HasEnded => Status is not "Pending";
}

/// <summary>A participant as the server knows it.</summary>
public sealed record ClientSummary
{
    /// <summary>Its id.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>available</c> before it has connected, <c>online</c> or <c>offline</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>When the server last heard of it.</summary>
    public DateTimeOffset LastSeen { get; init; }
}

/// <summary>Who reported something.</summary>
/// <param name="Name">The name.</param>
/// <param name="ClientId">The id; may be empty.</param>
public sealed record ReportSender(string Name, string ClientId);

/// <summary>What a participant measured of a model.</summary>
public sealed record ValidationSummary
{
    /// <summary>Its id.</summary>
    public required string ValidationId { get; init; }

    /// <summary>The model.</summary>
    public string ModelId { get; init; } = "";

    /// <summary>The session; may be empty.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>Who measured it.</summary>
    public ReportSender? Sender { get; init; }

    /// <summary>The figures as the participant wrote them: mostly a JSON object.</summary>
    public string Data { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset Timestamp { get; init; }
}

/// <summary>One figure that a participant reported.</summary>
public sealed record MetricSummary
{
    /// <summary>What it is.</summary>
    public required string Key { get; init; }

    /// <summary>The figure: a number, or the text <c>NaN</c>, <c>Infinity</c> or <c>-Infinity</c>.</summary>
    public JsonElement Value { get; init; }

    /// <summary>The model that it is about; may be empty.</summary>
    public string ModelId { get; init; } = "";

    /// <summary>The round; may be empty.</summary>
    public string RoundId { get; init; } = "";

    /// <summary>The session; may be empty.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>Who reported it.</summary>
    public ReportSender? Sender { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset Timestamp { get; init; }
}
