// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits;

/// <summary>The sum of the gradients of a batch.</summary>
internal sealed class Gradient
{
    private readonly float[] _hiddenWeights = new float[DigitImages.PixelCount * DigitNetwork.Hidden];
    private readonly float[] _hiddenBiases = new float[DigitNetwork.Hidden];
    private readonly float[] _outputWeights = new float[DigitNetwork.Hidden * DigitImages.ClassCount];
    private readonly float[] _outputBiases = new float[DigitImages.ClassCount];
    private readonly float[] _hidden = new float[DigitNetwork.Hidden];
    private readonly float[] _output = new float[DigitImages.ClassCount];

    public void Clear()
    {
        Array.Clear(_hiddenWeights);
        Array.Clear(_hiddenBiases);
        Array.Clear(_outputWeights);
        Array.Clear(_outputBiases);
    }

    /// <summary>Adds the gradient of the cross-entropy for one image, and returns its loss.</summary>
    public double Add(Weights weights, ReadOnlySpan<float> pixels, int label)
    {
        DigitNetwork.Forward(weights, pixels, _hidden, _output);
        var loss = -Math.Log(Math.Max(_output[label], 1e-30f));

        // 1. Before the softmax the slope is the probability, less 1 at the right digit.
        _output[label] -= 1;
        for (var j = 0; j < _hidden.Length; j++)
        {
            // 2. Through the output layer, and the rectifier: an inactive unit passes nothing back.
            var slope = 0f;
            var row = weights.OutputWeights.Slice(j * _output.Length, _output.Length);
            for (var k = 0; k < _output.Length; k++)
            {
                slope += _output[k] * row[k];
                _outputWeights[(j * _output.Length) + k] += _hidden[j] * _output[k];
            }

            _hidden[j] = _hidden[j] > 0 ? slope : 0;
            _hiddenBiases[j] += _hidden[j];
        }

        for (var k = 0; k < _output.Length; k++)
        {
            _outputBiases[k] += _output[k];
        }

        // 3. To the pixels, most of which are 0.
        for (var i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] == 0)
            {
                continue;
            }

            var row = _hiddenWeights.AsSpan(i * _hidden.Length, _hidden.Length);
            for (var j = 0; j < row.Length; j++)
            {
                row[j] += pixels[i] * _hidden[j];
            }
        }

        return loss;
    }

    /// <summary>Subtracts the gradient times <paramref name="step"/> from the weights.</summary>
    public void Apply(Weights weights, float step)
    {
        Descend(weights.HiddenWeights, _hiddenWeights, step);
        Descend(weights.HiddenBiases, _hiddenBiases, step);
        Descend(weights.OutputWeights, _outputWeights, step);
        Descend(weights.OutputBiases, _outputBiases, step);
    }

    private static void Descend(Span<float> weights, float[] gradient, float step)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] -= step * gradient[i];
        }
    }
}
