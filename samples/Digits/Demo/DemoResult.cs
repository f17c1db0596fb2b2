// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>The result of a demo.</summary>
public sealed record DemoResult
{
    public required int Seed { get; init; }

    public required int Participants { get; init; }

    /// <summary>The strategy of the session.</summary>
    public required string Strategy { get; init; }

    /// <summary>The number of participants that sent the opposite of what they had learned.</summary>
    public required int Attackers { get; init; }

    /// <summary>The accuracy that <c>fedavg</c> reached under the attack; null without one.</summary>
    public double? FedavgAccuracy { get; init; }

    public required IReadOnlyList<DemoRound> Rounds { get; init; }

    public required double FederatedAccuracy { get; init; }

    public required double CentralAccuracy { get; init; }

    public required double SingleClientAccuracy { get; init; }

    public required DemoOutcome Repository { get; init; }

    /// <summary>The path of the saved model.</summary>
    public required string Model { get; init; }
}
