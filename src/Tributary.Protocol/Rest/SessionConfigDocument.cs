// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>How the rounds of a session are run.</summary>
public sealed record SessionConfigDocument
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

    /// <summary>Seconds that a round takes updates.</summary>
    [JsonPropertyName("round_timeout")]
    public double? RoundTimeout { get; init; }

    /// <summary>How many rounds a start runs that does not say it itself.</summary>
    [JsonPropertyName("rounds")]
    public int? Rounds { get; init; }

    /// <summary>Source text of server functions; kept and shown, never executed.</summary>
    [JsonPropertyName("server_functions")]
    public string? ServerFunctions { get; init; }

    /// <summary>Whether clients are asked to validate every new model.</summary>
    [JsonPropertyName("validate")]
    public bool? Validate { get; init; }
}
