// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Client;

/// <summary>What training has given.</summary>
/// <param name="Parameters">The trained parameters, with the names, types and shapes of the global model.</param>
/// <param name="Examples">On how many examples: the weight of the update in the mean. Above 0.</param>
public sealed record TrainingResult(ParameterSet Parameters, double Examples)
{
    /// <summary>More about the training, sent with the update beside <c>num_examples</c>. Default: nothing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Figures of the training, such as its loss, reported as metrics of the round. Default: none.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
