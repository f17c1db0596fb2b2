// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A session.</summary>
public sealed record SessionSummary
{
    /// <summary>The status of a session whose rounds are done.</summary>
    public const string Finished = "Finished";

    /// <summary>The status of a session that was ended from outside.</summary>
    public const string Terminated = "Terminated";

    /// <summary>Whether nothing happens in it any more.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is Finished or Terminated;

    /// <summary>The time at which it was created.</summary>
    [JsonPropertyName("committed_at")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>A name for people.</summary>
    [JsonPropertyName("name")]
    public string Name { get => field ?? ""; init; }

    /// <summary>The id of the model that its first round trains from; null when it was not named.</summary>
    [JsonPropertyName("seed_model_id")]
    public string? SeedModelId { get; init; }

    /// <summary>How its rounds are run; null from a server that does not say.</summary>
    [JsonPropertyName("session_config")]
    public SessionConfigDocument? SessionConfig { get; init; }

    /// <summary>The id of the session.</summary>
    [JsonPropertyName("session_id")]
    public required string SessionId { get; init; }

    /// <summary><c>Created</c>, <c>Started</c>, <see cref="Finished"/> or <see cref="Terminated"/>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>The time at which it last changed.</summary>
    [JsonPropertyName("updated_at")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? UpdatedAt { get; init; }
}
