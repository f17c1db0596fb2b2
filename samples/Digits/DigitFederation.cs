// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Samples.Digits;

/// <summary>The images of a federation, split among its participants, and the training without a federation, for comparison.</summary>
public sealed class DigitFederation
{
    /// <summary>The number of epochs that a participant trains in a round.</summary>
    public const int LocalEpochs = 5;

    private readonly DigitImages _training;
    private readonly int _seed;

    /// <summary>Creates a federation by splitting the images.</summary>
    /// <param name="participants">The number of participants.</param>
    /// <param name="seed">The seed of the split and of the initial model.</param>
    /// <param name="labels">The kind of the participants' labels. Held-out images always have true ones.</param>
    public DigitFederation(int participants, int seed, DigitLabels labels = DigitLabels.True)
    {
        var images = DigitImages.Load();
        var split = DigitSplit.Create(images.Labels, participants, seed);
        _seed = seed;
        HeldOut = images.Select(split.HeldOut);
        var learned = labels == DigitLabels.Shuffled ? images.ShuffleLabels(seed) : images;
        _training = learned.Select([.. split.Shares.SelectMany(share => share)]);
        Shares = [.. split.Shares.Select(learned.Select)];
    }

    /// <summary>The images for evaluation, which no participant has.</summary>
    public DigitImages HeldOut { get; }

    /// <summary>The images of each participant.</summary>
    public IReadOnlyList<DigitImages> Shares { get; }

    /// <summary>Creates the model with which training begins.</summary>
    public ParameterSet InitialModel() => DigitNetwork.Initialize(_seed);

    /// <summary>Creates the trainer of a participant.</summary>
    /// <param name="participant">The index of the participant, from 0.</param>
    /// <param name="isPoisoned">True for one that sends the opposite of what it has learned, several times as large.</param>
    public DigitTrainer Trainer(int participant, bool isPoisoned = false) =>
        new(Shares[participant], unchecked((_seed * 1_000_003) + participant), isPoisoned);

    /// <summary>Evaluates a model on the held-out images.</summary>
    public (double Loss, double Accuracy) Measure(ParameterSet model) => DigitNetwork.Evaluate(model, HeldOut);

    /// <summary>Trains on all participants' images in one place, for the number of epochs in <paramref name="rounds"/> rounds.</summary>
    public ParameterSet TrainCentrally(int rounds, CancellationToken cancellationToken) => Train(_training, rounds, cancellationToken);

    /// <summary>Trains on one participant's images alone, for the number of epochs in <paramref name="rounds"/> rounds.</summary>
    public ParameterSet TrainAlone(int participant, int rounds, CancellationToken cancellationToken) => Train(Shares[participant], rounds, cancellationToken);

    private ParameterSet Train(DigitImages images, int rounds, CancellationToken cancellationToken)
    {
        var model = InitialModel();
        try
        {
            DigitNetwork.Train(model, images, rounds * LocalEpochs, _seed, cancellationToken);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}

/// <summary>The kind of the participants' labels.</summary>
public enum DigitLabels
{
    /// <summary>Labels that say what the images show.</summary>
    True,

    /// <summary>Labels in random order, from which nothing can be learned: a control.</summary>
    Shuffled,
}
