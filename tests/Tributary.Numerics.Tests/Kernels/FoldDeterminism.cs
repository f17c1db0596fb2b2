// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>
/// Folds the same updates, arriving in 50 orders and sorted as a round sorts them, with 1, 2 and 7 threads, and prints the digests of the
/// encoded means that differ, that of the scalar reference first, after the vector width in bits that the kernels used.
/// </summary>
internal static class FoldDeterminism
{
    public const string Name = "fold-determinism";

    private const int Updates = 9;

    private static readonly ParameterLayout Layout = Sets.Layout(
        new ArraySpec("large", ElementType.Float32, [300_007]),
        new ArraySpec("double", ElementType.Float64, [4_099]),
        new ArraySpec("half", ElementType.Float16, [1_021]),
        new ArraySpec("bool", ElementType.Boolean, [101]),
        new ArraySpec("byte", ElementType.UInt8, [103]),
        new ArraySpec("long", ElementType.Int64, [5, 7]),
        new ArraySpec("odd", ElementType.Float32, [19]),
        new ArraySpec("scalar", ElementType.Int32, []));

    public static string Run()
    {
        var updates = Enumerable.Range(0, Updates).Select(Update).ToArray();
        double[] weights = [.. Enumerable.Range(0, Updates).Select(i => 1 + (i * 37 % 11) + (i / 7.0))];
        var random = new Random(4);
        var digests = new List<string> { Digest(Sets.Reference(updates, weights)) };
        for (var permutation = 0; permutation < 50; permutation++)
        {
            int[] arrival = [.. Enumerable.Range(0, Updates)];
            random.Shuffle(arrival);
            int[] canonical = [.. arrival.Order()];
            foreach (var threads in new[] { 1, 2, 7 })
            {
                digests.Add(Digest(Sets.Fold([.. canonical.Select(i => updates[i])], [.. canonical.Select(i => weights[i])], threads)));
            }
        }

        return $"{Width} {string.Join(' ', digests.Distinct(StringComparer.Ordinal))}";
    }

    /// <summary>The vector width in bits that kernels use here.</summary>
    public static int Width => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    // Non-finite values included: which NaN comes out must not depend on the processor either.
    private static ParameterSet Update(int seed)
    {
        var set = Sets.RandomFinite(Layout, seed);
        var odd = set.Values<float>(6);
        odd[0] = float.PositiveInfinity;
        odd[1] = seed % 2 == 0 ? float.PositiveInfinity : float.NegativeInfinity;
        odd[2] = BitConverter.UInt32BitsToSingle(0xFFC00000u + (uint)seed);
        odd[3] = -0f;
        odd[4] = float.Epsilon * seed;
        odd[5] = seed % 3 == 0 ? float.MaxValue : -float.MaxValue;
        return set;
    }

    private static string Digest(ParameterSet mean)
    {
        using (mean)
        {
            return Convert.ToHexString(SHA256.HashData(Sets.Encode(ParameterCodecs.Get("npz"), mean)));
        }
    }
}
