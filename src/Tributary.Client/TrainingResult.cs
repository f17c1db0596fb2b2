// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Client;

/// <summary>The result of training.</summary>
/// <param name="Parameters">The trained parameters, with the names, types and shapes of the global model.</param>
/// <param name="Examples">The number of examples trained on, above 0: the weight of the update in the mean.</param>
public sealed record TrainingResult(ParameterSet Parameters, double Examples)
{
    /// <summary>The further metadata of the training, sent with the update beside <c>num_examples</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The metrics of the training, for example its loss, reported as metrics of the round. Default: none.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
