// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Demo;

/// <summary>A round that has ended.</summary>
internal sealed record DemoRound(int Round, double Loss, double Accuracy, int Clients, long Bytes, double Seconds);

/// <summary>What the session has left in the repository.</summary>
/// <param name="TrainingResult">Its key there.</param>
/// <param name="Accuracy">The mean of what the participants measured of the final model on their own images.</param>
internal sealed record DemoOutcome(string TrainingResult, double Accuracy);

/// <summary>What a demo has come to.</summary>
internal sealed record DemoResult
{
    public required int Seed { get; init; }

    public required int Participants { get; init; }

    public required IReadOnlyList<DemoRound> Rounds { get; init; }

    public required double FederatedAccuracy { get; init; }

    public required double CentralAccuracy { get; init; }

    public required double SingleClientAccuracy { get; init; }

    public required DemoOutcome Repository { get; init; }

    /// <summary>The path of the saved model.</summary>
    public required string Model { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DemoResult))]
internal sealed partial class DemoJson : JsonSerializerContext;
