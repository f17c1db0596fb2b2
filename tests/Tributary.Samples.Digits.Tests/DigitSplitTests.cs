// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Tests;

public sealed class DigitSplitTests
{
    private static readonly DigitImages Images = DigitImages.Load();

    [Fact]
    public void Load_Always_GivesTheWholeTestSet()
    {
        Assert.Equal(1797, Images.Count);
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], Histogram([.. Enumerable.Range(0, Images.Count)]));
        Assert.Equal(1f, Enumerable.Range(0, Images.Count).Max(i => Images.Pixels(i).ToArray().Max()));
        Assert.Equal(0f, Enumerable.Range(0, Images.Count).Min(i => Images.Pixels(i).ToArray().Min()));
    }

    [Fact]
    public void Load_NoFile_SaysWhichAndWhereItIs()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "nowhere", "digits.csv.gz");

        var error = Assert.Throws<FileNotFoundException>(() => DigitImages.Load(path));

        Assert.Equal(
            $"The digits are not part of a published server: '{path}' is missing. Run from a checkout, or put samples/Digits/Data/digits.csv.gz there.",
            error.Message);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 7)]
    [InlineData(10, 0)]
    [InlineData(10, 1)]
    [InlineData(100, 3)]
    public void Create_AnyParticipants_DealsEveryImageExactlyOnce(int participants, int seed)
    {
        var split = DigitSplit.Create(Images.Labels, participants, seed);

        Assert.Equal(participants, split.Shares.Count);
        Assert.Equal(Enumerable.Range(0, Images.Count), split.HeldOut.Concat(split.Shares.SelectMany(s => s)).Order());
        Assert.All(split.Shares, share => Assert.True(share.Count >= DigitSplit.FewestImages));
    }

    [Fact]
    public void Create_Always_HoldsOutAFifthOfEveryDigit()
    {
        var split = DigitSplit.Create(Images.Labels, 10, seed: 5);

        Assert.Equal([35, 36, 35, 36, 36, 36, 36, 35, 34, 36], Histogram(split.HeldOut));
    }

    [Fact]
    public void Create_SameSeed_GivesTheSameShares()
    {
        var (first, second) = (DigitSplit.Create(Images.Labels, 10, seed: 3), DigitSplit.Create(Images.Labels, 10, seed: 3));

        Assert.Equal(first.HeldOut, second.HeldOut);
        Assert.Equal(first.Shares, second.Shares);
    }

    [Fact]
    public void Create_OtherSeed_GivesOtherShares()
    {
        var (first, second) = (DigitSplit.Create(Images.Labels, 10, seed: 3), DigitSplit.Create(Images.Labels, 10, seed: 4));

        Assert.NotEqual(first.HeldOut, second.HeldOut);
        Assert.NotEqual(first.Shares[0], second.Shares[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Create_TenParticipants_SeeTheDigitsInVeryDifferentProportions(int seed)
    {
        var split = DigitSplit.Create(Images.Labels, 10, seed);

        // Half the sum of the differences to the proportions of all is 0 for identical shares; with a concentration of 0.5 it is near 0.5.
        var distances = split.Shares.Select(share => Histogram(share).Sum(n => Math.Abs(((double)n / share.Count) - 0.1)) / 2).ToList();

        Assert.True(distances.Average() > 0.35, $"The mean distance is {distances.Average()}.");
        Assert.Contains(split.Shares, share => Histogram(share).Contains(0));
    }

    [Fact]
    public void ShuffleLabels_Always_KeepsTheirNumbersAndLosesTheirPlaces()
    {
        var shuffled = Images.ShuffleLabels(seed: 1);

        Assert.Equal(Images.Labels.ToArray().Order(), shuffled.Labels.ToArray().Order());
        Assert.InRange(Enumerable.Range(0, Images.Count).Count(i => shuffled.Labels[i] == Images.Labels[i]), 100, 260);
    }

    private static int[] Histogram(IReadOnlyList<int> images)
    {
        var counts = new int[DigitImages.ClassCount];
        foreach (var image in images)
        {
            counts[Images.Labels[image]]++;
        }

        return counts;
    }
}
