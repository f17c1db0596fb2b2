// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>How the rounds of a session are run.</summary>
public sealed record SessionSettings
{
    /// <summary>The model that the first round trains from; <c>repository:name/version</c> names one of the repository.</summary>
    public required string ModelId { get; init; }

    /// <summary>A name for people. Default: null, the server chooses.</summary>
    public string? Name { get; init; }

    /// <summary>How many rounds. Default: 5.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>The strategy. Default: <c>fedavg</c>, the mean weighted by examples.</summary>
    public string Aggregator { get; init; } = "fedavg";

    /// <summary>How long a round takes updates. Default: 180 s.</summary>
    public TimeSpan RoundTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>How many participants have to be there for a round to begin. Default: 1.</summary>
    public int ClientsRequired { get; init; } = 1;

    /// <summary>How many participants a round chooses at most. Default: 0, all.</summary>
    public int RequestedClients { get; init; }

    /// <summary>How many updates close a round. Default: -1, one from every chosen participant.</summary>
    public int BufferSize { get; init; } = -1;

    /// <summary>Whether participants are asked to validate every new model. Default: true.</summary>
    public bool Validate { get; init; } = true;

    /// <summary>Whether updates are removed once they are in a model. Default: true.</summary>
    public bool DeleteUpdates { get; init; } = true;

    /// <summary>The helper that says the byte format of the models. Default: <c>numpyhelper</c>, npz.</summary>
    public string HelperType { get; init; } = "numpyhelper";
}
