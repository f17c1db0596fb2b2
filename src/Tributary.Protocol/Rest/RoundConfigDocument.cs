// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The configuration of a round, as sent to combiners.</summary>
public sealed record RoundConfigDocument
{
    public string? Aggregator { get; init; }

    /// <summary>The parameters of the strategy, as text; null for none.</summary>
    public string? AggregatorKwargs { get; init; }

    /// <summary>The number of updates that close a round; -1 for one from every chosen client.</summary>
    public int? BufferSize { get; init; }

    public int? ClientsRequired { get; init; }

    /// <summary>True when updates are removed once their round has ended.</summary>
    public bool? DeleteModelsStorage { get; init; }

    /// <summary>The helper, which determines the byte format of the models.</summary>
    public string? HelperType { get; init; }

    /// <summary>The maximum number of clients that a round chooses; absent for all. FEDn does not know it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxClients { get; init; }

    /// <summary>The factor by which a round asks more clients than the updates that close it; absent for none. FEDn does not know it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? OverSelection { get; init; }

    /// <summary>The id of the model that the round starts from.</summary>
    public string? ModelId { get; init; }

    /// <summary>A number that clients of FEDn send; kept without effect, as there.</summary>
    public int? RequestedClients { get; init; }

    public string? RoundId { get; init; }

    /// <summary>The time for which the round accepts updates, in seconds.</summary>
    public double? RoundTimeout { get; init; }

    /// <summary>Always 1; present because FEDn has the key.</summary>
    public int? Rounds { get; init; }

    /// <summary>The ids of the only clients that may take part; null for all.</summary>
    public IReadOnlyList<string>? SelectedClients { get; init; }

    public string? SessionId { get; init; }

    /// <summary>The kind of task: <c>training</c>.</summary>
    public string? Task { get; init; }

    /// <summary>True when clients are asked to validate the new model.</summary>
    public bool? Validate { get; init; }
}
