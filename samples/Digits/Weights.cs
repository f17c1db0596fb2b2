// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Samples.Digits;

/// <summary>The four arrays of the network, found by name, since a server may keep them in another order.</summary>
internal readonly ref struct Weights(ParameterSet parameters)
{
    public Span<float> HiddenWeights { get; } = Find(parameters, "0");

    public Span<float> HiddenBiases { get; } = Find(parameters, "1");

    public Span<float> OutputWeights { get; } = Find(parameters, "2");

    public Span<float> OutputBiases { get; } = Find(parameters, "3");

    private static Span<float> Find(ParameterSet parameters, string name)
    {
        var index = parameters.Layout.IndexOf(name);
        var expected = DigitNetwork.Layout.Arrays[DigitNetwork.Layout.IndexOf(name)];
        return index >= 0 && parameters.Layout.Arrays[index].Equals(expected)
            ? parameters.Values<float>(index)
            : throw new ArgumentException($"The parameters have no array {expected}: they are those of another model.", nameof(parameters));
    }
}
