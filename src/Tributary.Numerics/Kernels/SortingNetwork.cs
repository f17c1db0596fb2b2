// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Kernels;

/// <summary>
/// Batcher's odd-even merge sort for any number of values, as a list of comparators, without those that the wanted order statistics do not
/// need (K. E. Batcher, "Sorting networks and their applications", 1968; D. E. Knuth, TAOCP 3, algorithm 5.2.2M).
/// </summary>
internal static class SortingNetwork
{
    /// <summary>
    /// Returns the comparators, in an order in which neighbours are independent: each leaves the smaller value at <c>Low</c>. After all of
    /// them, the places from <paramref name="first"/> on hold <paramref name="wanted"/> values of the sorted sequence; the others hold the rest.
    /// </summary>
    /// <param name="count">The number of values.</param>
    /// <param name="first">The first place that must hold its order statistic.</param>
    /// <param name="wanted">The number of those places.</param>
    public static (int Low, int High)[] Create(int count, int first, int wanted)
    {
        var all = Sort(count);
        var needed = new bool[count];
        Array.Fill(needed, true, first, wanted);
        var kept = all.Count;
        for (var i = all.Count - 1; i >= 0; i--)
        {
            var (low, high) = all[i];
            if (needed[low] || needed[high])
            {
                needed[low] = needed[high] = true;
                all[--kept] = all[i];
            }
        }

        return [.. all.Skip(kept)];
    }

    private static List<(int Low, int High)> Sort(int count)
    {
        var comparators = new List<(int Low, int High)>();
        var top = 1;
        while (2 * top < count)
        {
            top *= 2;
        }

        for (var p = top; p > 0; p /= 2)
        {
            var (q, r, distance) = (top, 0, p);
            while (true)
            {
                for (var i = 0; i + distance < count; i++)
                {
                    if ((i & p) == r)
                    {
                        comparators.Add((i, i + distance));
                    }
                }

                if (q == p)
                {
                    break;
                }

                (distance, q, r) = (q - p, q / 2, p);
            }
        }

        return comparators;
    }
}
