// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Kernels;

/// <summary>
/// The choice of updates by Krum (P. Blanchard et al., "Machine learning with adversaries: Byzantine tolerant gradient descent", 2017). The
/// score of an update is the sum of its squared distances to its n − f − 2 nearest neighbours among n updates, to one at least, added from
/// the smallest; the lowest score wins, and of equal scores the lower position. A distance that is not a number counts as infinite. The
/// guarantees of the papers need n ≥ 2f + 3 for Krum and n ≥ 4f + 3 for Bulyan, which is left to the caller.
/// </summary>
public static class KrumSelection
{
    /// <summary>Returns the score of each update.</summary>
    /// <param name="distances">The distances of the updates.</param>
    /// <param name="byzantine">The number f of updates that may be malicious, not negative.</param>
    public static double[] Score(PairwiseDistances distances, int byzantine)
    {
        ArgumentNullException.ThrowIfNull(distances);
        ArgumentOutOfRangeException.ThrowIfNegative(byzantine);
        var left = Enumerable.Repeat(true, distances.Count).ToArray();
        return [.. Neighbours(distances).Select((neighbours, i) => Score(distances, i, neighbours, left, distances.Count, byzantine))];
    }

    /// <summary>Returns the positions of the updates with the lowest scores, the best first: one for Krum, several for Multi-Krum.</summary>
    /// <param name="distances">The distances of the updates.</param>
    /// <param name="byzantine">The number f of updates that may be malicious, not negative.</param>
    /// <param name="count">The number of updates to select, from 1 to all.</param>
    public static int[] Select(PairwiseDistances distances, int byzantine, int count)
    {
        var scores = Score(distances, byzantine);
        RequireCount(distances, count);
        return [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i]).Take(count)];
    }

    /// <summary>
    /// Returns the positions of the updates that repeated Krum picks, in the order of the picks: the first step of Bulyan (E. M. El Mhamdi
    /// et al., "The hidden vulnerability of distributed learning in Byzantium", 2018), which picks n − 2f. Each pick is that of Krum among
    /// the updates left, and n counts those.
    /// </summary>
    /// <param name="distances">The distances of the updates.</param>
    /// <param name="byzantine">The number f of updates that may be malicious, not negative.</param>
    /// <param name="count">The number of picks, from 1 to the number of updates.</param>
    public static int[] SelectRepeatedly(PairwiseDistances distances, int byzantine, int count)
    {
        ArgumentNullException.ThrowIfNull(distances);
        ArgumentOutOfRangeException.ThrowIfNegative(byzantine);
        RequireCount(distances, count);
        var neighbours = Neighbours(distances);
        var left = Enumerable.Repeat(true, distances.Count).ToArray();
        var picks = new int[count];
        for (var pick = 0; pick < count; pick++)
        {
            picks[pick] = Enumerable.Range(0, left.Length)
                .Where(i => left[i])
                .MinBy(i => Score(distances, i, neighbours[i], left, left.Length - pick, byzantine));
            left[picks[pick]] = false;
        }

        return picks;
    }

    private static void RequireCount(PairwiseDistances distances, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, distances.Count);
    }

    // The other updates for each, the nearest first.
    private static int[][] Neighbours(PairwiseDistances distances) =>
    [
        .. Enumerable.Range(0, distances.Count).Select(i =>
            Enumerable.Range(0, distances.Count).Where(j => j != i).OrderBy(j => Distance(distances, i, j)).ToArray()),
    ];

    private static double Score(PairwiseDistances distances, int update, int[] neighbours, bool[] left, int count, int byzantine)
    {
        var sum = 0.0;
        var missing = Math.Max(count - byzantine - 2, 1);
        foreach (var neighbour in neighbours)
        {
            if (left[neighbour] && missing-- > 0)
            {
                sum += Distance(distances, update, neighbour);
            }
        }

        return sum;
    }

    private static double Distance(PairwiseDistances distances, int first, int second) =>
        distances[first, second] is var distance && double.IsNaN(distance) ? double.PositiveInfinity : distance;
}
