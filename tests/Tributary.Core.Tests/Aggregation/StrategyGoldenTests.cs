// SPDX-License-Identifier: Apache-2.0

using System.Runtime.InteropServices;
using System.Text.Json;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Adaptive;
using Tributary.Core.Aggregation.Asynchronous;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Aggregation.Robust;
using Tributary.Testing.Strategies;

namespace Tributary.Core.Tests.Aggregation;

/// <summary>
/// Every strategy against vectors of independent references: the tests' own file, the larger collection where that lies beside the repository,
/// and the file that the environment variable TRIBUTARY_GOLDEN names.
/// </summary>
public sealed class StrategyGoldenTests
{
    private const double Exact = 1e-12;
    private const double Single = 1e-6;

    private static readonly Dictionary<string, Action<JsonElement>> Known = new(StringComparer.Ordinal)
    {
        ["fedavg"] = FedAvgCase,
        ["hierarchical_mean"] = HierarchicalCase,
        ["fedavgm"] = FedAvgMCase,
        ["fedadam"] = item => AdaptiveCase(new FedAdam(), item),
        ["fedyogi"] = item => AdaptiveCase(new FedYogi(), item),
        ["fedadagrad"] = item => AdaptiveCase(new FedAdagrad(), item),
        ["fedmedian"] = item => Check(new FedMedian(), "", item, Rows(item, "updates"), null, Row(item, "expected")),
        ["trimmed_mean"] = item => Check(new FedTrimmedAvg(), Json(("beta", Number(item, "beta"))), item, Rows(item, "updates"), null, Row(item, "expected")),
        ["krum_multikrum"] = KrumCase,
        ["bulyan"] = item => Check(
            new Bulyan(), Json((Krum.MaliciousParameter, Number(item, "f"))), item, Rows(item, "updates"), null, Row(item.GetProperty("paper"), "expected")),
        ["geometric_median"] = GeometricMedianCase,
        ["qfedavg"] = QFedAvgCase,
        ["fault_tolerant"] = FaultTolerantCase,
        ["fedbuff"] = FedBuffCase,
    };

    /// <summary>The groups that no strategy of this server covers yet, and those that other tests cover: of kernels and formats.</summary>
    private static readonly string[] NotHere =
    [
        "fedprox_term", "weighted_median", "centered_clipping", "scaffold_server", "scaffold_client_option2", "fednova", "fedasync", "lora", "xgboost_bagging",
        "half_formats", "int8_absmax_block", "topk_error_feedback", "dp_flat_clip", "dp_noise_std", "dp_adaptive_clip", "dp_analytic_gaussian",
        "rdp_sampled_gaussian_integer_order", "accountant_reference", "prg_aes256_ctr", "shamir_p61", "secagg_mask_sum", "lightsecagg",
    ];

    public static TheoryData<string> Files =>
    [
        .. GoldenVectors.Find("Aggregation", "strategies.json"),
        .. Environment.GetEnvironmentVariable("TRIBUTARY_GOLDEN") is { Length: > 0 } file ? [file] : Array.Empty<string>(),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Groups_AllCases_Match(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var groups = document.RootElement.GetProperty("vectors").EnumerateObject().ToList();
        Assert.Empty(groups.Select(group => group.Name).Except(Known.Keys).Except(NotHere));
        foreach (var group in groups.Where(group => Known.ContainsKey(group.Name)))
        {
            var cases = group.Value.GetProperty("cases").EnumerateArray().ToList();
            Assert.NotEmpty(cases);
            cases.ForEach(Known[group.Name]);
        }
    }

    [Fact]
    public void OwnFile_HasEveryGroup()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Aggregation", "strategies.json")));

        Assert.Equal(Known.Keys.Order(StringComparer.Ordinal), document.RootElement.GetProperty("vectors").EnumerateObject().Select(group => group.Name));
    }

    private static void FedAvgCase(JsonElement item)
    {
        // An update without examples is refused before a strategy sees it.
        var weighed = Rows(item, "updates").Zip(Row(item, "weights")).Where(pair => pair.Second > 0).ToList();
        Check(new FedAvg(), "", item, [.. weighed.Select(w => w.First)], [.. weighed.Select(w => w.Second)], Row(item, "expected"));
    }

    private static void HierarchicalCase(JsonElement item)
    {
        using var run = new StrategyRun(new FedAvg());
        var (updates, weights) = (Rows(item, "updates"), Row(item, "weights"));
        var groups = Rows(item, "groups").Select(group => group.Select(i => run.Update(updates[(int)i], weights[(int)i])).ToArray()).ToArray();

        AssertClose(Row(item, "expected"), run.Step(new double[updates[0].Length], groups), Exact);
    }

    private static void FedAvgMCase(JsonElement item)
    {
        var parameters = Json(
            (FedAvgM.LearningRateParameter, Number(item, "server_lr")),
            (FedAvgM.MomentumParameter, Number(item, "momentum")),
            (FedAvgM.NesterovParameter, item.GetProperty("nesterov").GetBoolean()));
        using var run = new StrategyRun(new FedAvgM(), parameters);
        var model = Row(item, "x0");
        foreach (var (mean, expected) in Rows(item, "round_means").Zip(item.GetProperty("expected").EnumerateArray()))
        {
            model = run.Step(model, [mean]);
            AssertClose(Row(expected, "x"), model, Exact);
            AssertClose(Row(expected, "momentum"), Moments(run), Exact);
        }
    }

    private static void AdaptiveCase(IStrategy strategy, JsonElement item)
    {
        // Flower's FedAdam, and no other, also corrects a bias, which the paper does not: its rate of each round is given here.
        var isCorrected = item.TryGetProperty("variant", out var variant) && variant.GetString()!.Contains("bias-corrected", StringComparison.Ordinal);
        var (model, state) = (Row(item, "x0"), (byte[]?)null);
        foreach (var (delta, expected) in Rows(item, "mean_deltas").Zip(item.GetProperty("expected").EnumerateArray()))
        {
            var (beta1, beta2, exponent) = (Number(item, "beta1"), Number(item, "beta2"), Number(expected, "round") + 1);
            var rate = Number(item, "eta") * (isCorrected ? Math.Sqrt(1 - Math.Pow(beta2, exponent)) / (1 - Math.Pow(beta1, exponent)) : 1);
            (string, object)[] values = [("eta", rate), ("tau", Number(item, "tau")), ("v0", Number(item, "v0"))];
            using var run = new StrategyRun(strategy, Json(strategy is FedAdagrad ? values : [.. values, ("beta_1", beta1), ("beta_2", beta2)])) { State = state };

            model = run.Step(model, [[.. model.Zip(delta, (x, d) => x + d)]]);

            AssertClose(Row(expected, "x"), model, Exact);
            AssertClose([.. Row(expected, "m"), .. Row(expected, "v")], Moments(run), 1e-11);
            state = run.State;
        }
    }

    private static void KrumCase(JsonElement item)
    {
        var (f, m) = (Number(item, "f"), Number(item, "m"));
        var (updates, expected) = (Rows(item, "updates"), Row(item, "expected_paper_plain_mean"));
        Check(new MultiKrum(), Json((Krum.MaliciousParameter, f), (MultiKrum.KeptParameter, m)), item, updates, null, expected);
        Check(new Krum(), Json((Krum.MaliciousParameter, f)), item, updates, null, updates[item.GetProperty("selected")[0].GetInt32()]);
    }

    private static void GeometricMedianCase(JsonElement item)
    {
        var trace = Rows(item, "rfa_trace_nu1e_6_R4");
        for (var iterations = 1; iterations < trace.Length; iterations++)
        {
            var parameters = Json((GeometricMedianStrategy.IterationsParameter, iterations), (GeometricMedianStrategy.WeightedParameter, true));
            Check(new GeometricMedianStrategy(), parameters, item, Rows(item, "updates"), Row(item, "weights"), trace[iterations]);
        }
    }

    private static void QFedAvgCase(JsonElement item)
    {
        using var run = new StrategyRun(new QFedAvg(), Json((QFedAvg.FairnessParameter, Number(item, "q")), (QFedAvg.LearningRateParameter, Number(item, "client_lr"))));
        var losses = Row(item, "losses");

        var actual = run.Step(Row(item, "global_model"), [.. Rows(item, "local").Select((row, i) => run.Update(row) with { Loss = losses[i] })]);

        // The reference adds nothing to the losses; ours adds 1e-10.
        AssertClose(Row(item, "expected"), actual, 1e-9);
    }

    private static void FaultTolerantCase(JsonElement item)
    {
        var participation = new RoundParticipation(item.GetProperty("results").GetInt32(), item.GetProperty("failures").GetInt32());
        var strategy = new FaultTolerantFedAvg();
        var (values, _) = StrategyParameters.Read(Json((FaultTolerantFedAvg.RateParameter, Number(item, "min_rate"))), strategy.Parameters);

        Assert.Equal(item.GetProperty("commit").GetBoolean(), strategy.Refuse(participation, values!) is null);
    }

    private static void FedBuffCase(JsonElement item)
    {
        using var run = new StrategyRun(new FedBuff(), Json((FedBuff.LearningRateParameter, Number(item, "eta_g"))));
        var (model, staleness) = (Row(item, "x"), Row(item, "staleness"));
        var updates = Rows(item, "deltas").Select((delta, i) =>
        {
            // The model that a late client trained from is another one.
            var origin = model.Select(x => x + (0.125 * staleness[i])).ToArray();
            return run.Update([.. origin.Zip(delta, (x, d) => x + d)]) with { Staleness = (int)staleness[i], Origin = staleness[i] > 0 ? run.Set(origin) : null };
        });

        AssertClose(Row(item, "expected"), run.Step(model, [.. updates]), Exact);
    }

    /// <summary>One step in float64, and the same in float32.</summary>
    private static void Check(IStrategy strategy, string parameters, JsonElement item, double[][] updates, double[]? weights, double[] expected)
    {
        foreach (var (type, tolerance) in new[] { (ElementType.Float64, Exact), (ElementType.Float32, Single) })
        {
            // A case of cancellation is one in float64 alone: float32 cannot hold its inputs.
            if (type == ElementType.Float64 || !item.TryGetProperty("note", out _))
            {
                using var run = new StrategyRun(strategy, parameters) { Type = type };
                AssertClose(expected, run.Step(new double[expected.Length], updates, weights), tolerance);
            }
        }
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private static double[] Moments(StrategyRun run) => [.. MemoryMarshal.Cast<byte, double>(run.State.AsSpan(16)).ToArray()];

    private static string Json(params (string Name, object Value)[] values) => JsonSerializer.Serialize(values.ToDictionary(v => v.Name, v => v.Value));

    private static double Number(JsonElement item, string name) => item.GetProperty(name).GetDouble();

    private static double[] Row(JsonElement item, string name) => GoldenVectors.Row(item.GetProperty(name));

    private static double[][] Rows(JsonElement item, string name) => GoldenVectors.Rows(item.GetProperty(name));
}
