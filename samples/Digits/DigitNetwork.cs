// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Samples.Digits;

/// <summary>
/// A network with one hidden layer, 64-32-10. Its parameters are float32 arrays named as FEDn's numpyhelper names them: "0" and "1" weights
/// and biases of the hidden layer, "2" and "3" those of the output. All loops run in a fixed order, so that equal input gives equal bits.
/// </summary>
public static class DigitNetwork
{
    internal const int Hidden = 32;
    private const int Inputs = DigitImages.PixelCount;
    private const int Outputs = DigitImages.ClassCount;
    private const int BatchSize = 10;
    private const float LearningRate = 0.2f;

    /// <summary>The layout of the network's parameters.</summary>
    public static ParameterLayout Layout { get; } = new(
    [
        new ArraySpec("0", ElementType.Float32, [Inputs, Hidden]),
        new ArraySpec("1", ElementType.Float32, [Hidden]),
        new ArraySpec("2", ElementType.Float32, [Hidden, Outputs]),
        new ArraySpec("3", ElementType.Float32, [Outputs]),
    ]);

    /// <summary>Creates parameters: weights uniform within the limit that keeps the signal's variance (He), biases 0.</summary>
    public static ParameterSet Initialize(int seed)
    {
        var parameters = ParameterSet.Allocate(Layout);
        var random = new Random(seed);
        Fill(parameters.Values<float>(0), Inputs);
        Fill(parameters.Values<float>(2), Hidden);
        return parameters;

        void Fill(Span<float> weights, int inputs)
        {
            var limit = MathF.Sqrt(6f / inputs);
            foreach (ref var weight in weights)
            {
                weight = ((random.NextSingle() * 2) - 1) * limit;
            }
        }
    }

    /// <summary>Trains parameters in place by stochastic gradient descent in small batches.</summary>
    /// <param name="parameters">Parameters of this layout, in any order of the arrays.</param>
    /// <param name="images">The training images.</param>
    /// <param name="epochs">The number of passes through the images.</param>
    /// <param name="seed">The seed of the order of the images.</param>
    /// <param name="cancellationToken">Cancels the training between two batches; the parameters keep the changes so far.</param>
    /// <returns>The mean loss during the last epoch.</returns>
    public static double Train(ParameterSet parameters, DigitImages images, int epochs, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        var gradient = new Gradient();
        var random = new Random(seed);
        var order = Enumerable.Range(0, images.Count).ToArray();
        var loss = 0.0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            loss = 0;
            for (var start = 0; start < order.Length; start += BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var batch = order.AsSpan(start, Math.Min(BatchSize, order.Length - start));
                gradient.Clear();
                foreach (var image in batch)
                {
                    loss += gradient.Add(new Weights(parameters), images.Pixels(image), images.Labels[image]);
                }

                gradient.Apply(new Weights(parameters), LearningRate / batch.Length);
            }
        }

        return images.Count == 0 ? 0 : loss / images.Count;
    }

    /// <summary>Returns the mean loss of parameters and their accuracy, the proportion of images that they recognise.</summary>
    public static (double Loss, double Accuracy) Evaluate(ParameterSet parameters, DigitImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count);
        Span<float> hidden = stackalloc float[Hidden];
        Span<float> output = stackalloc float[Outputs];
        var loss = 0.0;
        var right = 0;
        for (var i = 0; i < images.Count; i++)
        {
            Forward(new Weights(parameters), images.Pixels(i), hidden, output);
            var label = images.Labels[i];
            loss -= Math.Log(Math.Max(output[label], 1e-30f));
            right += IndexOfLargest(output) == label ? 1 : 0;
        }

        return (loss / images.Count, (double)right / images.Count);
    }

    internal static void Forward(Weights weights, ReadOnlySpan<float> pixels, Span<float> hidden, Span<float> output)
    {
        Layer(weights.HiddenWeights, weights.HiddenBiases, pixels, hidden);
        for (var j = 0; j < hidden.Length; j++)
        {
            hidden[j] = hidden[j] > 0 ? hidden[j] : 0;
        }

        Layer(weights.OutputWeights, weights.OutputBiases, hidden, output);
        Softmax(output);
    }

    private static void Layer(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, ReadOnlySpan<float> input, Span<float> output)
    {
        biases.CopyTo(output);
        for (var i = 0; i < input.Length; i++)
        {
            var row = weights.Slice(i * output.Length, output.Length);
            for (var j = 0; j < output.Length; j++)
            {
                output[j] += input[i] * row[j];
            }
        }
    }

    private static void Softmax(Span<float> values)
    {
        var largest = values[IndexOfLargest(values)];
        var sum = 0.0;
        foreach (ref var value in values)
        {
            var power = Exponential.Of(value - largest);
            sum += power;
            value = (float)power;
        }

        foreach (ref var value in values)
        {
            value = (float)(value / sum);
        }
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        var index = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[index])
            {
                index = i;
            }
        }

        return index;
    }
}
