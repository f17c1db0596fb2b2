// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>
/// Runs the robust and adaptive kernels with 1, 2 and 5 threads, and prints the digests of all results that differ, after the vector width
/// in bits that the kernels used.
/// </summary>
internal static class RobustDeterminism
{
    public const string Name = "robust-determinism";

    private static readonly ParameterLayout Layout = Sets.Layout(
        new ArraySpec("large", ElementType.Float32, [(1 << 18) + 1]),
        new ArraySpec("double", ElementType.Float64, [1_501]),
        new ArraySpec("half", ElementType.Float16, [1_021]),
        new ArraySpec("brain", ElementType.BFloat16, [1_021]),
        new ArraySpec("count", ElementType.Int64, [7]));

    public static string Run()
    {
        using var updates = ColumnFoldTests.Updates(Layout, 6, seed: 3);
        using var finite = new DisposableList(Enumerable.Range(0, 6).Select(i => Sets.RandomFinite(Layout, i)));
        var digests = new[] { 1, 2, 5 }.Select(threads => Digest(updates, finite, threads)).Distinct(StringComparer.Ordinal);
        return $"{FoldDeterminism.Width} {string.Join(' ', digests)}";
    }

    private static string Digest(DisposableList updates, DisposableList finite, int threads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var fold in ColumnFoldTests.Folds(1, 3))
        {
            Append(ColumnFoldTests.Fold(fold, updates, threads));
        }

        var distances = PairwiseDistances.Compute(finite, threads, CancellationToken.None);
        for (var i = 1; i < distances.Count; i++)
        {
            hash.AppendData(BitConverter.GetBytes(distances[0, i]));
        }

        Append(ColumnFoldTests.Fold((sets, destination, degree) => GeometricMedianTests.Fold(sets, 2, destination, degree), finite, threads));
        foreach (var rule in Enum.GetValues<ServerRule>())
        {
            var destination = ParameterSet.Allocate(WeightedMean.ResultLayout(Layout, 2));
            var moments = ServerStepTests.Moments(Layout);
            ServerStep.Apply(updates[0], 3, finite[0], ServerStepTests.Rates(rule), null, destination, moments, threads, CancellationToken.None);
            ServerStep.Apply(finite[1], 3, finite[0], ServerStepTests.Rates(rule), moments, destination, moments, threads, CancellationToken.None);
            Append(destination);
            Append(moments.First);
            Append(moments.Second!);
        }

        return Convert.ToHexString(hash.GetHashAndReset());

        void Append(ParameterSet set)
        {
            for (var i = 0; i < set.Layout.Arrays.Length; i++)
            {
                hash.AppendData(Sets.AllBytes(set, i));
            }

            set.Dispose();
        }
    }
}
