// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Samples.Digits.Demo;

/// <summary>The settings of a demo.</summary>
public sealed record DemoSettings
{
    /// <summary>The maximum number of participants for which the images suffice.</summary>
    public const int MaxParticipants = 100;

    /// <summary>The strategy of a demo that names none.</summary>
    public const string FederatedAveraging = "fedavg";

    /// <summary>The seed of the split, of the initial model and of the order of training.</summary>
    public required int Seed { get; init; }

    public required int Participants { get; init; }

    public required int Rounds { get; init; }

    public required DigitLabels Labels { get; init; }

    /// <summary>The strategy of the session.</summary>
    public string Strategy { get; init; } = FederatedAveraging;

    /// <summary>
    /// The number of participants that send the opposite of what they have learned. Above 0, the session runs under <c>fedavg</c> too, for comparison.
    /// </summary>
    public int Attackers { get; init; }

    /// <summary>The server's data folder, which is kept; null for one that is removed when the demo ends.</summary>
    public required string? Data { get; init; }

    /// <summary>The path of the file for the final model.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Returns the parameters of the strategy as JSON: the number of attackers where the strategy has to be told; null for none.</summary>
    public string? StrategyParameters() => Strategy switch
    {
        "krum" or "bulyan" => string.Create(CultureInfo.InvariantCulture, $$"""{"num_malicious_clients": {{Attackers}}}"""),
        "multikrum" => string.Create(
            CultureInfo.InvariantCulture, $$"""{"num_malicious_clients": {{Attackers}}, "num_clients_to_keep": {{Participants - Attackers}}}"""),
        "fedtrimmedavg" => string.Create(CultureInfo.InvariantCulture, $$"""{"beta": {{Math.Min(0.49, Math.Max(0.2, (double)Attackers / Participants))}}}"""),
        _ => null,
    };

    /// <summary>Returns the path of the model in the data folder, or without one in a folder of its own.</summary>
    public static string DefaultModelPath(string? data) => Path.GetFullPath(Path.Combine(data ?? "tributary-demo", "model.npz"));
}
