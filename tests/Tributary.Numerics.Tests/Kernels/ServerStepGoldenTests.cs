// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>The server optimisers against vectors of an independent reference, and against the numbers of FEDn's <c>fedopt</c>.</summary>
public sealed class ServerStepGoldenTests
{
    private static readonly double[] Model = [1, 2, 3];

    public static TheoryData<string> Files => [.. GoldenVectors.Find("Golden", "aggregation.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Momentum_GoldenCases_Match(string file) => Assert.All(GoldenVectors.Cases(file, "fedavgm"), item =>
    {
        var rates = new ServerRates
        {
            Rule = item.GetProperty("nesterov").GetBoolean() ? ServerRule.NesterovMomentum : ServerRule.Momentum,
            LearningRate = item.GetProperty("server_lr").GetDouble(),
            Momentum = item.GetProperty("momentum").GetDouble(),
        };
        using var optimiser = new Optimiser(GoldenVectors.Row(item.GetProperty("x0")));
        foreach (var (mean, expected) in GoldenVectors.Rows(item.GetProperty("round_means")).Zip(item.GetProperty("expected").EnumerateArray()))
        {
            optimiser.Step(mean, 1, rates);
            AssertClose(GoldenVectors.Row(expected.GetProperty("momentum")), optimiser.M);
            AssertClose(GoldenVectors.Row(expected.GetProperty("x")), optimiser.X);
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Adam_GoldenCases_Match(string file) => AssertAdaptive(file, "fedadam", ServerRule.Adam);

    [Theory]
    [MemberData(nameof(Files))]
    public void Yogi_GoldenCases_Match(string file) => AssertAdaptive(file, "fedyogi", ServerRule.Yogi);

    [Theory]
    [MemberData(nameof(Files))]
    public void Adagrad_GoldenCases_Match(string file) => AssertAdaptive(file, "fedadagrad", ServerRule.Adagrad);

    [Fact]
    public void O2_O3_AdamOfFedn_Matches()
    {
        using var optimiser = new Optimiser(Model);
        optimiser.StepFedn(ServerRule.Adam, 0.1);
        AssertDigits([1.099885780243, 2.099733692425, 2.900399192067], optimiser.X);
        AssertDigits([0.0875, 0.0375, -0.025], optimiser.M);
        AssertDigits([0.0076562599, 0.0014062599, 0.0006250099], optimiser.V);
        optimiser.StepFedn(ServerRule.Adam, 0.1);
        AssertDigits([1.134578357017, 2.134433068005, 2.865693928426], optimiser.X);
        AssertDigits([0.16625, 0.07125, -0.0475], optimiser.M);
        AssertDigits([0.015235947301, 0.002798447301, 0.001243759801], optimiser.V);
    }

    [Fact]
    public void O4_O5_YogiOfFedn_Matches()
    {
        using var optimiser = new Optimiser(Model);
        optimiser.StepFedn(ServerRule.Yogi, 0.1);
        AssertDigits([1.099885779592, 2.099733688888, 2.900399200003], optimiser.X);
        AssertDigits([0.00765626, 0.00140626, 0.00062501], optimiser.V);
        optimiser.StepFedn(ServerRule.Yogi, 0.1);
        AssertDigits([1.134241760866, 2.134097193937, 2.866029174174], optimiser.X);
    }

    [Fact]
    public void O6_O7_AdagradOfFedn_Matches()
    {
        using var optimiser = new Optimiser(Model);
        optimiser.StepFedn(ServerRule.Adagrad, 0.1);
        AssertDigits([1.009998857208, 2.009997333689, 2.990003999200], optimiser.X);
        AssertDigits([0.76562501, 0.14062501, 0.06250001], optimiser.V);
        optimiser.StepFedn(ServerRule.Adagrad, 0.1);
        AssertDigits([1.013433943172, 2.013432495748, 2.986568770620], optimiser.X);
    }

    [Fact]
    public void O8_DefaultsOfFedn_Match()
    {
        using var optimiser = new Optimiser(Model);
        optimiser.StepFedn(ServerRule.Adam, 1e-3);
        AssertDigits([1.000998857802, 2.000997336924, 2.999003991921], optimiser.X);
    }

    private static void AssertAdaptive(string file, string group, ServerRule rule) => Assert.All(GoldenVectors.Cases(file, group), item =>
    {
        var corrected = item.GetProperty("variant").GetString()?.Contains("bias-corrected", StringComparison.Ordinal) == true;
        var rates = new ServerRates
        {
            Rule = rule,
            LearningRate = item.GetProperty("eta").GetDouble(),
            Beta1 = item.GetProperty("beta1").GetDouble(),
            Beta2 = item.GetProperty("beta2").GetDouble(),
            Tau = item.GetProperty("tau").GetDouble(),
            InitialSecondMoment = item.GetProperty("v0").GetDouble(),
        };
        using var optimiser = new Optimiser(GoldenVectors.Row(item.GetProperty("x0")));
        foreach (var (delta, expected) in GoldenVectors.Rows(item.GetProperty("mean_deltas")).Zip(item.GetProperty("expected").EnumerateArray()))
        {
            // A bias correction is a schedule of the learning rate.
            var exponent = expected.GetProperty("round").GetInt32() + 1;
            var correction = corrected ? Math.Sqrt(1 - Math.Pow(rates.Beta2, exponent)) / (1 - Math.Pow(rates.Beta1, exponent)) : 1;
            double[] mean = [.. optimiser.X.Zip(delta, (x, d) => x + d)];
            optimiser.Step(mean, 1, rates with { LearningRate = rates.LearningRate * correction });
            AssertClose(GoldenVectors.Row(expected.GetProperty("m")), optimiser.M);
            AssertClose(GoldenVectors.Row(expected.GetProperty("v")), optimiser.V);
            AssertClose(GoldenVectors.Row(expected.GetProperty("x")), optimiser.X);
        }
    });

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * Math.Max(1, Math.Abs(pair.First))));

    private static void AssertDigits(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 5.1e-13));

    /// <summary>A model of float64 and its optimiser's state, in place from step to step.</summary>
    private sealed class Optimiser(double[] model) : IDisposable
    {
        private readonly ParameterSet _model = Sets.Vector(ElementType.Float64, model);
        private readonly ServerMoments _moments = new(Sets.Vector(ElementType.Float64, new double[model.Length]), Sets.Vector(ElementType.Float64, new double[model.Length]));
        private bool _started;

        public double[] X => _model.Values<double>(0).ToArray();

        public double[] M => _moments.First.Values<double>(0).ToArray();

        public double[] V => _moments.Second?.Values<double>(0).ToArray() ?? [];

        public void Step(double[] sums, double totalWeight, ServerRates rates)
        {
            using var set = Sets.Vector(ElementType.Float64, sums);
            ServerStep.Apply(set, totalWeight, _model, rates, _started ? _moments : null, _model, _moments, 1, CancellationToken.None);
            _started = true;
        }

        /// <summary>Steps with 10 and 30 examples from the same base model each time, and <c>fedopt</c>'s β₁ 0.9, β₂ 0.99 and τ 1e-4.</summary>
        public void StepFedn(ServerRule rule, double learningRate)
        {
            Model.CopyTo(_model.Values<double>(0));
            double[] sums = [(10 * 1.5) + (30 * 2), (10 * 2) + (30 * 2.5), (10 * 2) + (30 * 3)];
            Step(sums, 40, new ServerRates { Rule = rule, LearningRate = learningRate, Beta1 = 0.9, Beta2 = 0.99, Tau = 1e-4 });
        }

        public void Dispose()
        {
            _model.Dispose();
            _moments.First.Dispose();
            _moments.Second?.Dispose();
        }
    }
}
