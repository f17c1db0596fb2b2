// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Client;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Samples.Digits;

/// <summary>The trainer and validator of one participant, with its own images.</summary>
public sealed class DigitTrainer : ITrainer, IValidator
{
    private const float PoisonFactor = 5;

    private readonly DigitImages _images;
    private readonly int _seed;
    private readonly bool _isPoisoned;

    internal DigitTrainer(DigitImages images, int seed, bool isPoisoned = false) => (_images, _seed, _isPoisoned) = (images, seed, isPoisoned);

    /// <inheritdoc/>
    public Task<TrainingResult> TrainAsync(TrainingTask task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);

        // A different order in every round, and the same one when a round is repeated.
        var round = int.Parse(task.RoundId, CultureInfo.InvariantCulture);
        var before = DigitNetwork.Evaluate(task.Parameters, _images).Loss;
        using var origin = _isPoisoned ? Copy(task.Parameters) : null;
        var loss = DigitNetwork.Train(task.Parameters, _images, DigitFederation.LocalEpochs, unchecked((_seed * 31) + round), cancellationToken);
        if (origin is not null)
        {
            Poison(task.Parameters, origin);
        }

        return Task.FromResult(new TrainingResult(task.Parameters, _images.Count)
        {
            Metadata = new Dictionary<string, string>
            {
                ["epochs"] = DigitFederation.LocalEpochs.ToString(CultureInfo.InvariantCulture),

                // The loss before training, which strategies for fairness need.
                ["loss"] = before.ToString("R", CultureInfo.InvariantCulture),
            },
            Metrics = new Dictionary<string, double> { ["training_loss"] = loss },
        });
    }

    private static ParameterSet Copy(ParameterSet model)
    {
        var copy = ParameterSet.Allocate(model.Layout);
        WeightedMean.Fold([model], [1], copy, maxDegreeOfParallelism: 1, CancellationToken.None);
        return copy;
    }

    /// <summary>Moves the model away from what it has learned, by a multiple of that.</summary>
    private static void Poison(ParameterSet model, ParameterSet origin)
    {
        for (var i = 0; i < model.Layout.Arrays.Length; i++)
        {
            var trained = model.Values<float>(i);
            var begun = origin.ReadOnlyValues<float>(i);
            for (var j = 0; j < trained.Length; j++)
            {
                trained[j] = begun[j] - (PoisonFactor * (trained[j] - begun[j]));
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, double>?> ValidateAsync(ValidationTask task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (loss, accuracy) = DigitNetwork.Evaluate(task.Parameters, _images);
        return Task.FromResult<IReadOnlyDictionary<string, double>?>(new Dictionary<string, double> { ["loss"] = loss, ["accuracy"] = accuracy });
    }
}
