// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>An event that a client or a combiner reported.</summary>
public sealed record StatusSummary
{
    /// <summary>The id of the task that the event concerns; may be empty.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The data that the client attached, unchanged.</summary>
    public required string Data { get; init; }

    /// <summary>The additional text that the client attached, unchanged.</summary>
    public required string Extra { get; init; }

    /// <summary>The name of the log level, for example <c>INFO</c>.</summary>
    public required string LogLevel { get; init; }

    public required PeerSummary? Sender { get; init; }

    /// <summary>The id of the session; may be empty.</summary>
    public required string SessionId { get; init; }

    /// <summary>The description of the event, for human readers.</summary>
    public required string Status { get; init; }

    public required string StatusId { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The name of the event's type, for example <c>MODEL_UPDATE</c>.</summary>
    public required string Type { get; init; }
}
