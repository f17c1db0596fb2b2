// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits;

/// <summary>
/// Who holds which images: a fifth of every digit is held out to measure with, the rest is dealt to participants who see the digits in
/// very different proportions. The same for the same seed.
/// </summary>
public sealed class DigitSplit
{
    /// <summary>Fewer images than this no participant is left with.</summary>
    public const int FewestImages = 8;

    private const int HeldOutPart = 5;
    private const double Concentration = 0.5;

    private DigitSplit(IReadOnlyList<int> heldOut, IReadOnlyList<IReadOnlyList<int>> shares) => (HeldOut, Shares) = (heldOut, shares);

    /// <summary>The images to measure with.</summary>
    public IReadOnlyList<int> HeldOut { get; }

    /// <summary>The images of each participant.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Shares { get; }

    /// <summary>Deals out images.</summary>
    /// <param name="labels">What each image shows.</param>
    /// <param name="participants">How many participants; 1 to 100.</param>
    /// <param name="seed">Decides everything.</param>
    public static DigitSplit Create(ReadOnlySpan<byte> labels, int participants, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participants, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(participants, 100);
        var random = new Random(seed);
        var heldOut = new List<int>();
        var shares = Enumerable.Range(0, participants).Select(_ => new List<int>()).ToList();
        for (var digit = 0; digit < DigitImages.ClassCount; digit++)
        {
            var images = ImagesOf(labels, digit);
            random.Shuffle(images);
            var measured = images.Length / HeldOutPart;
            heldOut.AddRange(images[..measured]);
            Deal(images.AsSpan(measured), Dirichlet.Draw(random, Concentration, participants), shares);
        }

        Balance(shares);
        heldOut.Sort();
        foreach (var share in shares)
        {
            share.Sort();
        }

        return new DigitSplit(heldOut, shares);
    }

    private static int[] ImagesOf(ReadOnlySpan<byte> labels, int digit)
    {
        var images = new List<int>();
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == digit)
            {
                images.Add(i);
            }
        }

        return [.. images];
    }

    /// <summary>Cuts the images at the running sums of the proportions: each goes to exactly one.</summary>
    private static void Deal(ReadOnlySpan<int> images, double[] proportions, List<List<int>> shares)
    {
        var sum = 0.0;
        var dealt = 0;
        for (var i = 0; i < shares.Count; i++)
        {
            sum += proportions[i];
            var end = i == shares.Count - 1 ? images.Length : Math.Clamp((int)Math.Round(sum * images.Length), dealt, images.Length);
            shares[i].AddRange(images[dealt..end]);
            dealt = end;
        }
    }

    /// <summary>Whoever has hardly anything gets images from whoever has most.</summary>
    private static void Balance(List<List<int>> shares)
    {
        foreach (var poor in shares)
        {
            while (poor.Count < FewestImages)
            {
                var rich = shares.MaxBy(s => s.Count)!;
                poor.Add(rich[^1]);
                rich.RemoveAt(rich.Count - 1);
            }
        }
    }
}
