// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;

namespace Tributary.Client;

/// <summary>The result of a training.</summary>
public sealed record TrainingResultSummary
{
    /// <summary>The name of the model that was trained.</summary>
    public string? ModelName { get; init; }

    /// <summary>Its version.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The training; unique to the model.</summary>
    public string? TrainingId { get; init; }

    /// <summary>The configuration that it was trained with.</summary>
    public string? ConfigurationId { get; init; }

    /// <summary>The file of its weights; null while there is none.</summary>
    public string? WeightsId { get; init; }

    /// <summary>What it says, by name: texts, numbers too unless the repository keeps them as numbers.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Results { get; init; }

    /// <summary>Returns a figure of the results; null when there is none of that name, it is no number, or it is not known.</summary>
    /// <param name="name">Its name, such as <c>accuracy</c>.</param>
    public double? GetMetric(string name) =>
        Results is not null && Results.TryGetValue(name, out var value)
        && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
