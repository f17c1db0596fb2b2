// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>What combiners are asked to do in a round.</summary>
public sealed record RoundConfigDocument
{
    /// <summary>The name of the strategy.</summary>
    [JsonPropertyName("aggregator")]
    public string? Aggregator { get; init; }

    /// <summary>Parameters of the strategy, as text; null for none.</summary>
    [JsonPropertyName("aggregator_kwargs")]
    public string? AggregatorKwargs { get; init; }

    /// <summary>How many updates close a round; -1 for one from every chosen client.</summary>
    [JsonPropertyName("buffer_size")]
    public int? BufferSize { get; init; }

    /// <summary>How many clients a round needs.</summary>
    [JsonPropertyName("clients_required")]
    public int? ClientsRequired { get; init; }

    /// <summary>Whether updates are removed once their round has ended.</summary>
    [JsonPropertyName("delete_models_storage")]
    public bool? DeleteModelsStorage { get; init; }

    /// <summary>The helper that says the byte format of the models.</summary>
    [JsonPropertyName("helper_type")]
    public string? HelperType { get; init; }

    /// <summary>The model to begin with.</summary>
    [JsonPropertyName("model_id")]
    public string? ModelId { get; init; }

    /// <summary>How many clients a round chooses at most; 0 for all.</summary>
    [JsonPropertyName("requested_clients")]
    public int? RequestedClients { get; init; }

    /// <summary>The number of the round.</summary>
    [JsonPropertyName("round_id")]
    public string? RoundId { get; init; }

    /// <summary>Seconds that the round takes updates.</summary>
    [JsonPropertyName("round_timeout")]
    public double? RoundTimeout { get; init; }

    /// <summary>Always 1: FEDn has the key.</summary>
    [JsonPropertyName("rounds")]
    public int? Rounds { get; init; }

    /// <summary>The only clients that may take part; null for all.</summary>
    [JsonPropertyName("selected_clients")]
    public IReadOnlyList<string>? SelectedClients { get; init; }

    /// <summary>The id of the session.</summary>
    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    /// <summary><c>training</c>.</summary>
    [JsonPropertyName("task")]
    public string? Task { get; init; }

    /// <summary>Whether clients are asked to validate the new model.</summary>
    [JsonPropertyName("validate")]
    public bool? Validate { get; init; }
}
