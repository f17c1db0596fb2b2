// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>Vectors computed by an independent reference; also run against the larger collection where that lies beside the repository.</summary>
public sealed class GoldenVectorTests
{
    public static TheoryData<string> Files => [.. GoldenVectors.Find("Golden", "aggregation.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void FedAvg_GoldenCases_Match(string file)
    {
        foreach (var item in GoldenVectors.Cases(file, "fedavg"))
        {
            AssertMean(GoldenVectors.Rows(item.GetProperty("updates")), GoldenVectors.Row(item.GetProperty("weights")), GoldenVectors.Row(item.GetProperty("expected")));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void HierarchicalMean_GoldenCases_MatchAndDifferFromTheUnweightedMerge(string file)
    {
        foreach (var item in GoldenVectors.Cases(file, "hierarchical_mean"))
        {
            var updates = GoldenVectors.Rows(item.GetProperty("updates"));
            var weights = GoldenVectors.Row(item.GetProperty("weights"));
            var groups = GoldenVectors.Rows(item.GetProperty("groups"));
            var models = groups.Select(group => Mean([.. group.Select(i => updates[(int)i])], [.. group.Select(i => weights[(int)i])])).ToArray();
            AssertClose(GoldenVectors.Rows(item.GetProperty("combiner_models"))[0], models[0]);
            double[] sums = [.. groups.Select(group => group.Sum(i => weights[(int)i]))];
            Assert.Equal(GoldenVectors.Row(item.GetProperty("combiner_weights")), sums);

            var merged = Mean(models, sums);
            AssertClose(GoldenVectors.Row(item.GetProperty("expected")), merged);
            Assert.NotEqual(GoldenVectors.Row(item.GetProperty("wrong_unweighted_merge"))[0], merged[0], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Rounding_GoldenHalfFormats_Match(string file)
    {
        foreach (var item in GoldenVectors.Cases(file, "half_formats"))
        {
            var inputs = Bits(item, "f32_bits").Select(bits => BitConverter.UInt32BitsToSingle(bits)).ToArray();
            Assert.Equal(Bits(item, "f16_bits"), inputs.Select(value => (uint)BitConverter.HalfToUInt16Bits(Rounding.ToFloat16(value))));
            Assert.Equal(Bits(item, "bf16_bits"), inputs.Select(value => (uint)Rounding.ToBFloat16(value)));
        }
    }

    private static void AssertMean(double[][] updates, double[] weights, double[] expected)
    {
        // An update without weight never reaches the fold: the intake refuses it.
        double[][] counted = [.. updates.Where((_, i) => weights[i] > 0)];
        double[] positive = [.. weights.Where(weight => weight > 0)];
        AssertClose(expected, Mean(counted, positive));
        var singles = Mean32(counted, positive);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], singles[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private static double[] Mean(double[][] updates, double[] weights)
    {
        var sets = updates.Select(values => Sets.Vector(ElementType.Float64, values)).ToArray();
        using var mean = Sets.Fold(sets, weights);
        return mean.Values<double>(0).ToArray();
    }

    private static float[] Mean32(double[][] updates, double[] weights)
    {
        var sets = updates.Select(values => Sets.Vector(ElementType.Float32, values.Select(value => (float)value).ToArray())).ToArray();
        using var mean = Sets.Fold(sets, weights);
        return mean.Values<float>(0).ToArray();
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-12 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private static uint[] Bits(JsonElement item, string name) =>
        [.. item.GetProperty(name).EnumerateArray().Select(bits => uint.Parse(bits.GetString() ?? "", NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
