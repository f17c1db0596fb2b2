// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>The settings of the rounds of a session.</summary>
public sealed record SessionSettings
{
    /// <summary>The id of the model that the first round trains from; <c>repository:name/version</c> names one of the repository.</summary>
    public required string ModelId { get; init; }

    /// <summary>The display name of the session. Default: null, the server chooses.</summary>
    public string? Name { get; init; }

    /// <summary>The number of rounds. Default: 5.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>The name of the aggregation strategy. Default: <c>fedavg</c>, the mean weighted by examples.</summary>
    public string Aggregator { get; init; } = "fedavg";

    /// <summary>The parameters of the strategy as a JSON object, for example <c>{"eta": 0.01}</c>. Default: null, those of the strategy.</summary>
    public string? AggregatorParameters { get; init; }

    /// <summary>The time during which a round takes updates. Default: 180 s.</summary>
    public TimeSpan RoundTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>The number of participants that must be present for a round to begin. Default: 1.</summary>
    public int ClientsRequired { get; init; } = 1;

    /// <summary>The maximum number of participants that a round chooses. Default: 0, all.</summary>
    public int MaxClients { get; init; }

    /// <summary>The number of updates that close a round. Default: -1, one from every chosen participant.</summary>
    public int BufferSize { get; init; } = -1;

    /// <summary>
    /// The factor by which a round asks more participants than the updates that close it, because some will be late or fail. Default: 0, none;
    /// needs a <see cref="BufferSize"/>.
    /// </summary>
    public double OverSelection { get; init; }

    /// <summary>True when participants are asked to validate every new model. Default: true.</summary>
    public bool Validate { get; init; } = true;

    /// <summary>True when updates are removed once they are in a model. Default: true.</summary>
    public bool DeleteUpdates { get; init; } = true;

    /// <summary>The name of the helper that determines the byte format of the models. Default: <c>numpyhelper</c>, npz.</summary>
    public string HelperType { get; init; } = "numpyhelper";
}
