// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A session.</summary>
public sealed record SessionSummary
{
    /// <summary>The status of a session whose rounds are complete.</summary>
    public const string Finished = "Finished";

    /// <summary>The status of a session that was ended by request.</summary>
    public const string Terminated = "Terminated";

    /// <summary>True when the session has ended, either way.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is Finished or Terminated;

    /// <summary>The time at which the session was created.</summary>
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? CommittedAt { get; init; }

    public string Name { get => field ?? ""; init; }

    /// <summary>The id of the model that the first round trains from; null when none was named.</summary>
    public string? SeedModelId { get; init; }

    /// <summary>The configuration of the session's rounds; null from a server that does not report it.</summary>
    public SessionConfigDocument? SessionConfig { get; init; }

    public required string SessionId { get; init; }

    /// <summary>The status: <c>Created</c>, <c>Started</c>, <see cref="Finished"/> or <see cref="Terminated"/>.</summary>
    public required string Status { get; init; }

    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? UpdatedAt { get; init; }
}
