// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Combiners;

/// <summary>What a combiner is asked to do in one training round.</summary>
public sealed record RoundPlan
{
    /// <summary>The round's number; rounds are numbered on across sessions.</summary>
    [JsonPropertyName("round")]
    public required long Round { get; init; }

    /// <summary>Identifies this job at the combiner and in the tasks of the clients.</summary>
    [JsonPropertyName("jobId")]
    public required string JobId { get; init; }

    /// <summary>The session, as the clients see it.</summary>
    [JsonPropertyName("session")]
    public required string Session { get; init; }

    /// <summary>The model to train from.</summary>
    [JsonPropertyName("model")]
    public required ModelId Model { get; init; }

    /// <summary>Session configuration that the round goes by and that the clients see.</summary>
    [JsonPropertyName("terms")]
    public required RoundSettings Settings { get; init; }

    /// <summary>The only clients that may take part; empty means all.</summary>
    [JsonPropertyName("clients")]
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>The random choice of clients is fixed by this.</summary>
    [JsonPropertyName("selectionSeed")]
    public int SelectionSeed { get; init; }

    internal bool MayTakePart(ClientId client) => Clients.Count == 0 || Clients.Contains(client.Value);
}

/// <summary>The part of a session's configuration that holds within a round.</summary>
public sealed record RoundSettings
{
    /// <summary>The name of the strategy.</summary>
    [JsonPropertyName("aggregator")]
    public required string Aggregator { get; init; }

    /// <summary>Parameters of the strategy as text, or null.</summary>
    [JsonPropertyName("aggregatorKwargs")]
    public string? AggregatorParameters { get; init; }

    /// <summary>The helper that names the byte format.</summary>
    [JsonPropertyName("helperType")]
    public required string Format { get; init; }

    /// <summary>How long updates are taken, in seconds.</summary>
    [JsonPropertyName("roundTimeout")]
    public required double RoundTimeout { get; init; }

    /// <summary>Updates that close the round; -1 means one of each selected client.</summary>
    [JsonPropertyName("bufferSize")]
    public required int BufferSize { get; init; }

    /// <summary>Active clients needed to begin.</summary>
    [JsonPropertyName("clientsRequired")]
    public required int ClientsRequired { get; init; }

    /// <summary>At most so many clients are selected; 0 leaves it to the combiner.</summary>
    [JsonPropertyName("requestedClients")]
    public int RequestedClients { get; init; }

    /// <summary>Whether uploads go once the round has ended.</summary>
    [JsonPropertyName("deleteModelsStorage")]
    public required bool DeleteModelsStorage { get; init; }

    /// <summary>Whether the committed model is validated.</summary>
    [JsonPropertyName("validate")]
    public required bool Validate { get; init; }
}

/// <summary>What a combiner is asked to have validated: a committed model.</summary>
/// <param name="Round">The round that produced the model.</param>
/// <param name="Session">The session, as the clients see it.</param>
/// <param name="Model">The model to validate.</param>
/// <param name="Clients">The only clients to ask; empty means all that are active.</param>
public sealed record ValidationPlan(long Round, string Session, ModelId Model, IReadOnlyList<string> Clients);
