// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>The settings of a demo.</summary>
public sealed record DemoSettings
{
    /// <summary>The maximum number of participants for which the images suffice.</summary>
    public const int MaxParticipants = 100;

    /// <summary>The seed of the split, of the initial model and of the order of training.</summary>
    public required int Seed { get; init; }

    public required int Participants { get; init; }

    public required int Rounds { get; init; }

    public required DigitLabels Labels { get; init; }

    /// <summary>The server's data folder, which is kept; null for one that is removed when the demo ends.</summary>
    public required string? Data { get; init; }

    /// <summary>The path of the file for the final model.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Returns the path of the model in the data folder, or without one in a folder of its own.</summary>
    public static string DefaultModelPath(string? data) => Path.GetFullPath(Path.Combine(data ?? "tributary-demo", "model.npz"));
}
