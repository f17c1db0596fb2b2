// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Testing.Strategies;

namespace Tributary.Core.Tests.Aggregation;

/// <summary>The fair strategy beyond its vectors, and the reading of parameters.</summary>
public sealed class StrategyTests
{
    [Fact]
    public void QFedAvg_EqualLossesAndQZero_IsTheMeanWithoutWeights()
    {
        var actual = Step("""{"q_param": 0}""", [0, 0], [([1, 2], 3), ([3, 6], 3)]);

        Assert.Equal(2, actual[0], 1e-12);
        Assert.Equal(4, actual[1], 1e-12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(1e300, 1e300)]
    [InlineData(1e-300, 1e300)]
    public void QFedAvg_ExtremeLosses_StayFinite(double first, double second)
    {
        var actual = Step("""{"q_param": 5}""", [0, 0], [([1, 2], first), ([3, 6], second)]);

        Assert.All(actual, value => Assert.True(double.IsFinite(value), $"{value}"));
    }

    [Fact]
    public void QFedAvg_ClientsThatAgreeWithTheOrigin_LeaveItBitByBit()
    {
        double[] values = [0.1, -7.3, 1e-8];

        var actual = Step("", values, [(values, 0.3), (values, 4)]);

        Assert.All(actual.Zip(values), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
    }

    [Fact]
    public void QFedAvg_TwoCombiners_GiveWhatOneGives()
    {
        using var run = new StrategyRun(new QFedAvg(), """{"q_param": 2}""");
        StrategyUpdate[] updates = [With([1, 2], 0.5), With([3, -6], 4), With([0.25, 1], 1e-3)];

        var together = run.Step([0.5, 0.5], updates);
        var apart = run.Step([0.5, 0.5], updates[..1], updates[1..]);

        Assert.All(together.Zip(apart), pair => Assert.Equal(pair.First, pair.Second, 1e-12));

        StrategyUpdate With(double[] values, double loss) => run.Update(values) with { Loss = loss };
    }

    [Fact]
    public void QFedAvg_WithoutALoss_IsRefused()
    {
        using var run = new StrategyRun(new QFedAvg());

        Assert.Throws<ArgumentException>(() => run.Step([1], [run.Update([1])]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{}")]
    public void Values_NothingSaid_AreTheDefaults(string? text)
    {
        var (values, problem) = StrategyParameters.Read(text, new QFedAvg().Parameters);

        Assert.Null(problem);
        Assert.Equal((0.1, 0.1), (values!.Number(QFedAvg.FairnessParameter), values.Number(QFedAvg.LearningRateParameter)));
    }

    [Theory]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("q", "is not a JSON object")]
    [InlineData("""{"q": 1}""", "has 'q', which the strategy does not know; expected q_param, qffl_learning_rate")]
    [InlineData("""{"q_param": -1}""", "has -1 for 'q_param'; expected a number from 0 to 100")]
    [InlineData("""{"q_param": "x"}""", "has \"x\" for 'q_param'")]
    [InlineData("""{"q_param": NaN}""", "is not a JSON object")]
    [InlineData("""{"q_param": 100.5}""", "has 100.5 for 'q_param'")]
    [InlineData("""{"q_param": "NaN"}""", "has \"NaN\" for 'q_param'")]
    [InlineData("""{"q_param": null}""", "has null for 'q_param'")]
    [InlineData("""{"qffl_learning_rate": 0}""", "for 'qffl_learning_rate'")]
    public void Values_Unusable_SayWhatWasExpected(string text, string problem) =>
        Assert.Contains(problem, StrategyParameters.Read(text, new QFedAvg().Parameters).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"q_param": "2.5"}""", 2.5)]
    [InlineData("""{"q_param": 100}""", 100)]
    public void Values_NumberAsTextOrAtItsBound_IsTaken(string text, double expected) =>
        Assert.Equal(expected, StrategyParameters.Read(text, new QFedAvg().Parameters).Values!.Number(QFedAvg.FairnessParameter));

    private static double[] Step(string parameters, double[] model, (double[] Values, double Loss)[] updates)
    {
        using var run = new StrategyRun(new QFedAvg(), parameters);
        return run.Step(model, [.. updates.Select(u => run.Update(u.Values) with { Loss = u.Loss })]);
    }
}
