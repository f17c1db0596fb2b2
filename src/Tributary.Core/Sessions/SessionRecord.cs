// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;
using Tributary.Core.Combiners;

namespace Tributary.Core.Sessions;

/// <summary>The configuration of a session.</summary>
public sealed record SessionConfig : TrainingSettings
{
    /// <summary>The longest accepted round timeout, in seconds: a week.</summary>
    public const double MaxRoundTimeout = 7 * 24 * 3600;

    /// <summary>The number of rounds of a start that does not state its own.</summary>
    [JsonPropertyName("rounds")]
    public int Rounds { get; init; } = 5;

    /// <summary>The model that the session begins with.</summary>
    [JsonPropertyName("modelId")]
    public required string ModelId { get; init; }

    /// <summary>The source text of server functions, which is kept and shown, never executed.</summary>
    [JsonPropertyName("serverFunctions")]
    public string? ServerFunctions { get; init; }
}

/// <summary>A session: a configuration under which runs of rounds are made.</summary>
public sealed record SessionRecord
{
    public required SessionId Id { get; init; }

    public required string Name { get; init; }

    public required SessionStatus Status { get; init; }

    /// <summary>The model that the first round trains from; null unless named at creation.</summary>
    public ModelId? SeedModel { get; init; }

    public required SessionConfig Config { get; init; }

    /// <summary>The time at which the session was created.</summary>
    public required DateTimeOffset CommittedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>The status of a session. The wire uses the names, databases store the numbers.</summary>
/// <remarks>
/// The transitions, each with its one verb: <em>create</em> makes a session; <em>start</em> begins a run, <em>complete</em> ends it;
/// <em>terminate</em> ends it from outside.
/// </remarks>
public enum SessionStatus
{
    Created = 0,

    /// <summary>A run is in progress.</summary>
    Started = 1,

    /// <summary>The last run has ended.</summary>
    Finished = 2,

    /// <summary>The session was ended from outside before its rounds were done.</summary>
    Terminated = 3,
}

/// <summary>One start or continuation of a session: a number of rounds from its newest model.</summary>
public sealed record RunRecord
{
    public required string Id { get; init; }

    public required SessionId Session { get; init; }

    /// <summary>The model that the first round of the run trains from.</summary>
    public required ModelId Model { get; init; }

    public required int Rounds { get; init; }

    /// <summary>The timeout of each round in seconds; overrides that of the session.</summary>
    public required double RoundTimeout { get; init; }

    /// <summary>The text that the names of the run's models begin with; null leaves the choice to the server.</summary>
    public string? ModelNamePrefix { get; init; }

    /// <summary>The only clients that may take part; empty for all.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The time at which the run ended; null while it is in progress.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The newest model of the session when the run ended.</summary>
    public ModelId? CompletedModel { get; init; }
}
