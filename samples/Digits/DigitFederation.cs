// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Samples.Digits;

/// <summary>The images as they are spread over a federation, and what can be trained without one, to compare with.</summary>
public sealed class DigitFederation
{
    /// <summary>How many times a participant goes through its images in a round.</summary>
    public const int LocalEpochs = 5;

    private readonly DigitImages _training;
    private readonly int _seed;

    /// <summary>Spreads the images.</summary>
    /// <param name="participants">Over how many.</param>
    /// <param name="seed">Decides who gets what, and the initial model.</param>
    /// <param name="labels">Whether the participants' labels are those of the images. The held-out ones always are.</param>
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

    /// <summary>The images to measure with; no participant has them.</summary>
    public DigitImages HeldOut { get; }

    /// <summary>The images of each participant.</summary>
    public IReadOnlyList<DigitImages> Shares { get; }

    /// <summary>The model that everybody begins with.</summary>
    public ParameterSet InitialModel() => DigitNetwork.Initialize(_seed);

    /// <summary>A participant's trainer.</summary>
    /// <param name="participant">Which, from 0.</param>
    public DigitTrainer Trainer(int participant) => new(Shares[participant], unchecked((_seed * 1_000_003) + participant));

    /// <summary>How good a model is at the held-out images.</summary>
    public (double Loss, double Accuracy) Measure(ParameterSet model) => DigitNetwork.Evaluate(model, HeldOut);

    /// <summary>Trains as if all images were in one place, with as many epochs as so many rounds have.</summary>
    public ParameterSet TrainCentrally(int rounds, CancellationToken cancellationToken) => Train(_training, rounds, cancellationToken);

    /// <summary>Trains as if a participant were on its own, with as many epochs as so many rounds have.</summary>
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

/// <summary>What the participants' labels are worth.</summary>
public enum DigitLabels
{
    /// <summary>They say what the images show.</summary>
    True,

    /// <summary>They are dealt out at random, to see that nothing is learned from nothing.</summary>
    Shuffled,
}
