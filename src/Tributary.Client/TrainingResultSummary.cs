// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;

namespace Tributary.Client;

/// <summary>The result of a training.</summary>
public sealed record TrainingResultSummary
{
    /// <summary>The name of the model that was trained.</summary>
    public string? ModelName { get; init; }

    /// <summary>The version of the model that was trained.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The id of the training; unique to the model.</summary>
    public string? TrainingId { get; init; }

    /// <summary>The id of the configuration used for the training.</summary>
    public string? ConfigurationId { get; init; }

    /// <summary>The id of the file with the weights; null while none exists.</summary>
    public string? WeightsId { get; init; }

    /// <summary>The results by name. The values are texts, numbers too unless the repository keeps them as numbers.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Results { get; init; }

    /// <summary>Returns a metric of the results; null when none has the name, or its value is not a number or not known.</summary>
    /// <param name="name">The name of the metric, for example <c>accuracy</c>.</param>
    public double? GetMetric(string name) =>
        Results is not null && Results.TryGetValue(name, out var value)
        && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
