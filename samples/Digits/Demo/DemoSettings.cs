// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>What a demo is run with.</summary>
public sealed record DemoSettings
{
    /// <summary>The most participants that the images are enough for.</summary>
    public const int MaxParticipants = 100;

    /// <summary>Decides who holds what, the initial model, and the order of training.</summary>
    public required int Seed { get; init; }

    public required int Participants { get; init; }

    public required int Rounds { get; init; }

    public required DigitLabels Labels { get; init; }

    /// <summary>The server's data folder, which stays; null for one that goes when the demo ends.</summary>
    public required string? Data { get; init; }

    /// <summary>Where the final model is saved.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The model stays beside the data that it came from, or in a folder of its own.</summary>
    public static string DefaultModelPath(string? data) => Path.GetFullPath(Path.Combine(data ?? "tributary-demo", "model.npz"));
}
