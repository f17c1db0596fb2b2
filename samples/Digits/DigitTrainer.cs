// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Client;

namespace Tributary.Samples.Digits;

/// <summary>The trainer and validator of one participant, with its own images.</summary>
public sealed class DigitTrainer : ITrainer, IValidator
{
    private readonly DigitImages _images;
    private readonly int _seed;

    internal DigitTrainer(DigitImages images, int seed) => (_images, _seed) = (images, seed);

    /// <inheritdoc/>
    public Task<TrainingResult> TrainAsync(TrainingTask task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);

        // A different order in every round, and the same one when a round is repeated.
        var round = int.Parse(task.RoundId, CultureInfo.InvariantCulture);
        var before = DigitNetwork.Evaluate(task.Parameters, _images).Loss;
        var loss = DigitNetwork.Train(task.Parameters, _images, DigitFederation.LocalEpochs, unchecked((_seed * 31) + round), cancellationToken);
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

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, double>?> ValidateAsync(ValidationTask task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (loss, accuracy) = DigitNetwork.Evaluate(task.Parameters, _images);
        return Task.FromResult<IReadOnlyDictionary<string, double>?>(new Dictionary<string, double> { ["loss"] = loss, ["accuracy"] = accuracy });
    }
}
