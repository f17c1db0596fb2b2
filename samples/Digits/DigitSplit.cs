// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits;

/// <summary>
/// A split of the images: a fifth of every digit is held out for evaluation, the rest goes to participants, who see the digits in very
/// different proportions. The same seed gives the same split.
/// </summary>
public sealed class DigitSplit
{
    /// <summary>The minimum number of images of a participant.</summary>
    public const int FewestImages = 8;

    private const int HeldOutPart = 5;
    private const double Concentration = 0.5;

    private DigitSplit(IReadOnlyList<int> heldOut, IReadOnlyList<IReadOnlyList<int>> shares) => (HeldOut, Shares) = (heldOut, shares);

    /// <summary>The indices of the images for evaluation.</summary>
    public IReadOnlyList<int> HeldOut { get; }

    /// <summary>The indices of the images of each participant.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Shares { get; }

    /// <summary>Splits images.</summary>
    /// <param name="labels">The digit that each image shows.</param>
    /// <param name="participants">The number of participants, 1 to 100.</param>
    /// <param name="seed">The seed of all random choices.</param>
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

    /// <summary>Cuts the images at the running sums of the proportions: each image goes to exactly one share.</summary>
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

    /// <summary>Moves images from the largest shares to those below <see cref="FewestImages"/>.</summary>
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
