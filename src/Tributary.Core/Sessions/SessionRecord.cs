// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Sessions;

/// <summary>How the rounds of a session are run; the fields and defaults of FEDn's session configuration.</summary>
public sealed record SessionConfig
{
    /// <summary>The name of the strategy that aggregates, such as <c>fedavg</c>.</summary>
    [JsonPropertyName("aggregator")]
    public required string Aggregator { get; init; }

    /// <summary>Parameters of the strategy, as text; null when there are none.</summary>
    [JsonPropertyName("aggregatorKwargs")]
    public string? AggregatorParameters { get; init; }

    /// <summary>How long a round may take updates, in seconds; above 0, at most <see cref="MaxRoundTimeout"/>.</summary>
    [JsonPropertyName("roundTimeout")]
    public required double RoundTimeout { get; init; }

    /// <summary>A round closes when this many updates are in; -1 means as many as clients were selected.</summary>
    [JsonPropertyName("bufferSize")]
    public required int BufferSize { get; init; }

    /// <summary>How many rounds a start runs when it does not say itself.</summary>
    [JsonPropertyName("rounds")]
    public int Rounds { get; init; } = 5;

    /// <summary>Whether the clients' uploads are removed once their round has ended.</summary>
    [JsonPropertyName("deleteModelsStorage")]
    public required bool DeleteModelsStorage { get; init; }

    /// <summary>How many active clients a combiner needs to take part in a round.</summary>
    [JsonPropertyName("clientsRequired")]
    public required int ClientsRequired { get; init; }

    /// <summary>At most how many clients one round selects; 0 means as many as the combiner takes.</summary>
    [JsonPropertyName("requestedClients")]
    public int RequestedClients { get; init; }

    /// <summary>Whether clients are asked to validate each committed model.</summary>
    [JsonPropertyName("validate")]
    public required bool Validate { get; init; }

    /// <summary>The FEDn helper that names the byte format of the models.</summary>
    [JsonPropertyName("helperType")]
    public required string Format { get; init; }

    /// <summary>The model that the session begins with.</summary>
    [JsonPropertyName("modelId")]
    public required string ModelId { get; init; }

    /// <summary>Source text of server functions. Kept and shown, never executed.</summary>
    [JsonPropertyName("serverFunctions")]
    public string? ServerFunctions { get; init; }

    /// <summary>The longest round that is accepted: a week.</summary>
    public const double MaxRoundTimeout = 7 * 24 * 3600;
}

/// <summary>A session: a configuration under which runs of rounds are made.</summary>
public sealed record SessionRecord
{
    /// <summary>Its id.</summary>
    public required SessionId Id { get; init; }

    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required SessionStatus Status { get; init; }

    /// <summary>The model that the first round trains from, when it was named at creation.</summary>
    public ModelId? SeedModel { get; init; }

    /// <summary>How its rounds are run.</summary>
    public required SessionConfig Config { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Where a session stands. The names are the words of the wire and of the database.</summary>
public enum SessionStatus
{
    /// <summary>Configured; no run yet.</summary>
    Created = 0,

    /// <summary>A run is under way.</summary>
    Started = 1,

    /// <summary>The last run has ended.</summary>
    Finished = 2,

    /// <summary>Ended from outside before its rounds were done.</summary>
    Terminated = 3,
}

/// <summary>One start (or continuation) of a session: so many rounds from its newest model.</summary>
public sealed record RunRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The session that it belongs to.</summary>
    public required SessionId Session { get; init; }

    /// <summary>The model that its first round trains from.</summary>
    public required ModelId Model { get; init; }

    /// <summary>How many rounds it makes.</summary>
    public required int Rounds { get; init; }

    /// <summary>In seconds; overrides the session's.</summary>
    public required double RoundTimeout { get; init; }

    /// <summary>The names of its models begin with this; null leaves the choice to the server.</summary>
    public string? ModelNamePrefix { get; init; }

    /// <summary>The only clients that may take part; empty means all.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The newest model of the session when it ended.</summary>
    public ModelId? CompletedModel { get; init; }
}
