// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>The robust folds against vectors of an independent reference, in float64 and in float32.</summary>
public sealed class RobustGoldenTests
{
    private delegate void FoldInto(IReadOnlyList<ParameterSet> updates, ParameterSet destination);

    public static TheoryData<string> Files => [.. GoldenVectors.Find("Golden", "aggregation.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void CoordinateMedian_GoldenCases_Match(string file) => Assert.All(GoldenVectors.Cases(file, "fedmedian"), item => AssertFold(
        item, GoldenVectors.Row(item.GetProperty("expected")), (updates, result) => CoordinateMedian.Fold(updates, result, 1, CancellationToken.None)));

    [Theory]
    [MemberData(nameof(Files))]
    public void TrimmedMean_GoldenCases_Match(string file) => Assert.All(GoldenVectors.Cases(file, "trimmed_mean"), item => AssertFold(
        item,
        GoldenVectors.Row(item.GetProperty("expected")),
        (updates, result) => TrimmedMean.Fold(updates, item.GetProperty("cut_each_side").GetInt32(), result, 1, CancellationToken.None)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Krum_GoldenCases_Match(string file) => Assert.All(GoldenVectors.Cases(file, "krum_multikrum"), item =>
    {
        using var updates = Updates(item, ElementType.Float64);
        var byzantine = item.GetProperty("f").GetInt32();
        var distances = PairwiseDistances.Compute(updates, 1, CancellationToken.None);
        AssertClose(GoldenVectors.Row(item.GetProperty("scores")), KrumSelection.Score(distances, byzantine), 1e-12);

        var selected = KrumSelection.Select(distances, byzantine, item.GetProperty("m").GetInt32());
        Assert.Equal(GoldenVectors.Row(item.GetProperty("selected")).Select(i => (int)i), selected);
        using var mean = Sets.Fold([.. selected.Select(i => updates[i])], [.. selected.Select(_ => 1.0)]);
        AssertClose(GoldenVectors.Row(item.GetProperty("expected_paper_plain_mean")), mean.Values<double>(0).ToArray(), 1e-12);
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Bulyan_GoldenCases_Match(string file) => Assert.All(GoldenVectors.Cases(file, "bulyan"), item =>
    {
        var paper = item.GetProperty("paper");
        using var updates = Updates(item, ElementType.Float64);
        var distances = PairwiseDistances.Compute(updates, 1, CancellationToken.None);
        var selected = KrumSelection.SelectRepeatedly(distances, item.GetProperty("f").GetInt32(), item.GetProperty("theta").GetInt32());
        Assert.Equal(GoldenVectors.Row(paper.GetProperty("selected")).Select(i => (int)i), selected);

        ParameterSet[] chosen = [.. selected.Select(i => updates[i])];
        using var result = ParameterSet.Allocate(updates[0].Layout);
        CoordinateMedian.Fold(chosen, result, 1, CancellationToken.None);
        AssertClose(GoldenVectors.Row(paper.GetProperty("median")), result.Values<double>(0).ToArray(), 1e-12);
        MeanAroundMedian.Fold(chosen, item.GetProperty("beta").GetInt32(), result, 1, CancellationToken.None);
        AssertClose(GoldenVectors.Row(paper.GetProperty("expected")), result.Values<double>(0).ToArray(), 1e-12);
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void GeometricMedian_GoldenTraces_Match(string file) => Assert.All(GoldenVectors.Cases(file, "geometric_median"), item =>
    {
        var trace = GoldenVectors.Rows(item.GetProperty("rfa_trace_nu1e_6_R4"));
        for (var iterations = 0; iterations < trace.Length; iterations++)
        {
            AssertFold(item, trace[iterations], (updates, result) =>
            {
                using var scratch = ParameterSet.Allocate(LinearCombination.SumLayout(result.Layout));
                var weights = GoldenVectors.Row(item.GetProperty("weights"));
                GeometricMedian.Fold(updates, weights, 1e-6, iterations, scratch, result, 1, CancellationToken.None);
            });
        }
    });

    private static DisposableList Updates(JsonElement item, ElementType type) => new(GoldenVectors.Rows(item.GetProperty("updates")).Select(row =>
        type == ElementType.Float64 ? Sets.Vector(type, row) : Sets.Vector(type, row.Select(value => (float)value).ToArray())));

    private static void AssertFold(JsonElement item, double[] expected, FoldInto fold)
    {
        using var doubles = Updates(item, ElementType.Float64);
        using var result = ParameterSet.Allocate(doubles[0].Layout);
        fold(doubles, result);
        AssertClose(expected, result.Values<double>(0).ToArray(), 1e-12);

        using var singles = Updates(item, ElementType.Float32);
        using var single = ParameterSet.Allocate(singles[0].Layout);
        fold(singles, single);
        AssertClose(expected, [.. single.Values<float>(0).ToArray().Select(value => (double)value)], 1e-6);
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}
