// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Tributary.Core.Combiners;

/// <summary>The plan of one training round for its combiners.</summary>
public sealed record RoundPlan
{
    /// <summary>The number of the round; rounds are numbered across sessions.</summary>
    [JsonPropertyName("round")]
    public required long Round { get; init; }

    /// <summary>The id of the job at the combiner and in the clients' tasks.</summary>
    [JsonPropertyName("jobId")]
    public required string JobId { get; init; }

    /// <summary>The session, as the clients see it.</summary>
    [JsonPropertyName("session")]
    public required string Session { get; init; }

    /// <summary>The model to train from.</summary>
    [JsonPropertyName("model")]
    public required ModelId Model { get; init; }

    /// <summary>The session's settings that apply to the round and that clients see.</summary>
    [JsonPropertyName("terms")]
    public required RoundSettings Settings { get; init; }

    /// <summary>The only clients that may take part; empty for all.</summary>
    [JsonPropertyName("clients")]
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>The name of the combiner that was asked for the round directly; null in a round of a run, and in records of earlier versions.</summary>
    [JsonPropertyName("combiner")]
    public string? Combiner { get; init; }

    /// <summary>The seed of the random choice of clients.</summary>
    [JsonPropertyName("selectionSeed")]
    public int SelectionSeed { get; init; }

    /// <summary>The phase of the round, from 1.</summary>
    [JsonPropertyName("phase")]
    public int Phase { get; init; } = 1;

    /// <summary>The parameters that clients receive in place of the model: the result of the phase before; null in the first phase.</summary>
    [JsonPropertyName("phaseModel")]
    public ModelId? PhaseModel { get; init; }

    internal bool MayTakePart(ClientId client) => Clients.Count == 0 || Clients.Contains(client.Value);
}

/// <summary>The settings of training that a session gives to its rounds.</summary>
public abstract record TrainingSettings
{
    /// <summary>The name of the strategy that aggregates, for example <c>fedavg</c>.</summary>
    [JsonPropertyName("aggregator")]
    public required string Aggregator { get; init; }

    /// <summary>The parameters of the strategy, as text; null for none.</summary>
    [JsonPropertyName("aggregatorKwargs")]
    public string? AggregatorParameters { get; init; }

    /// <summary>The name of the byte format of the models.</summary>
    [JsonPropertyName("helperType")]
    public required string Format { get; init; }

    /// <summary>The time for which a round accepts updates, in seconds.</summary>
    [JsonPropertyName("roundTimeout")]
    public required double RoundTimeout { get; init; }

    /// <summary>The number of updates that closes a round; -1 for one of each selected client.</summary>
    [JsonPropertyName("bufferSize")]
    public required int BufferSize { get; init; }

    /// <summary>The number of active clients that a combiner needs to take part in a round.</summary>
    [JsonPropertyName("clientsRequired")]
    public required int ClientsRequired { get; init; }

    /// <summary>A number that clients of FEDn send, 8 unless chosen. It is kept and shown, and has no effect, as in FEDn.</summary>
    [JsonPropertyName("requestedClients")]
    public int RequestedClients { get; init; }

    /// <summary>The maximum number of clients that one round selects; 0 for as many as the combiner takes.</summary>
    [JsonPropertyName("maxClients")]
    public int MaxClients { get; init; }

    /// <summary>
    /// The factor by which a round selects more clients than the <see cref="BufferSize"/> updates that close it, because some will be late or
    /// fail; 0 or 1 for none.
    /// </summary>
    [JsonPropertyName("overSelection")]
    public double OverSelection { get; init; }

    /// <summary>True to remove the clients' uploads once their round has ended.</summary>
    [JsonPropertyName("deleteModelsStorage")]
    public required bool DeleteModelsStorage { get; init; }

    /// <summary>True to ask clients to validate each committed model.</summary>
    [JsonPropertyName("validate")]
    public required bool Validate { get; init; }
}

/// <summary>The settings of a session that apply within a round.</summary>
public sealed record RoundSettings : TrainingSettings
{
    /// <summary>The values of <see cref="TrainingSettings.OverSelection"/>, for error messages.</summary>
    public const string ExpectedOverSelection = "0, or a factor from 1 to 100";

    /// <summary>Returns whether a number can be a factor of selection.</summary>
    public static bool IsOverSelection(double value) => value is 0 or (>= 1 and <= 100);

    /// <summary>Returns the number of clients that a round selects where there are enough.</summary>
    /// <param name="most">The maximum number that a combiner allows.</param>
    internal int CountWanted(int most)
    {
        var wanted = OverSelection > 0 && BufferSize > 0 ? Math.Ceiling(OverSelection * BufferSize) : most;
        return (int)Math.Min(Math.Min(wanted, most), MaxClients > 0 ? MaxClients : most);
    }

    /// <summary>Creates settings by their properties.</summary>
    public RoundSettings()
    {
    }

    /// <summary>Creates settings with the values of <paramref name="session"/>.</summary>
    [SetsRequiredMembers]
    public RoundSettings(TrainingSettings session)
        : base(session)
    {
    }
}

/// <summary>The plan of the validation of a committed model.</summary>
/// <param name="Round">The round that produced the model.</param>
/// <param name="Session">The session, as the clients see it.</param>
/// <param name="Model">The model to validate.</param>
/// <param name="Clients">The only clients to ask; empty for all active ones.</param>
public sealed record ValidationPlan(long Round, string Session, ModelId Model, IReadOnlyList<string> Clients);
