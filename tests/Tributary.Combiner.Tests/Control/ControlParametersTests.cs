// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Combiner.Control;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Combiners;
using Tributary.Core.Rounds;
using Tributary.Protocol.Fedn;
using Tributary.Testing;

namespace Tributary.Combiner.Tests.Control;

public sealed class ControlParametersTests
{
    private static readonly StrategyRegistry Aggregators = new([new FedAvg()]);

    [Fact]
    public void ToPlan_LeastParameters_TakesDefaults()
    {
        var plan = Plan();

        Assert.Equal((1L, "job", "m", ""), (plan.Round, plan.JobId, plan.Model.Value, plan.Session));
        Assert.Equal(("fedavg", "numpyhelper", 180.0, -1, 1, 0), (plan.Settings.Aggregator, plan.Settings.Format, plan.Settings.RoundTimeout, plan.Settings.BufferSize, plan.Settings.ClientsRequired, plan.Settings.RequestedClients));
        Assert.False(plan.Settings.DeleteModelsStorage || plan.Settings.Validate);
    }

    [Fact]
    public void ToPlan_PythonTexts_AreRead()
    {
        var plan = Plan(
            ("session_id", "s"), ("round_timeout", "2.5"), ("buffer_size", "3"), ("delete_models_storage", "True"), ("validate", "False"),
            ("aggregator_kwargs", "None"), ("selected_clients", "['a', \"b\"]"), ("clients_required", "2"), ("requested_clients", "4"));

        Assert.Equal(["a", "b"], plan.Clients);
        Assert.Equal((2.5, 3, 2, 4), (plan.Settings.RoundTimeout, plan.Settings.BufferSize, plan.Settings.ClientsRequired, plan.Settings.RequestedClients));
        Assert.True(plan.Settings.DeleteModelsStorage);
        Assert.False(plan.Settings.Validate);
        Assert.Null(plan.Settings.AggregatorParameters);
    }

    [Fact]
    public void ToPlan_RepeatedKey_TheLastCounts() => Assert.Equal(9, Plan(("round_id", "9")).Round);

    [Fact]
    public void ToPlan_HighestRound_IsTaken() => Assert.Equal(1_000_000_000, Plan(("round_id", "1000000000")).Round);

    [Theory]
    [InlineData("session_id", "s\0")]
    [InlineData("round_id", "0")]
    [InlineData("round_id", "x")]
    [InlineData("round_id", "1000000001")]
    [InlineData("round_id", "99999999999999999999")]
    [InlineData("model_id", "../evil")]
    [InlineData("model_id", "None")]
    [InlineData("round_timeout", "abc")]
    [InlineData("round_timeout", "0")]
    [InlineData("round_timeout", "NaN")]
    [InlineData("round_timeout", "Infinity")]
    [InlineData("buffer_size", "0")]
    [InlineData("buffer_size", "-2")]
    [InlineData("clients_required", "0")]
    [InlineData("clients_required", "1.5")]
    [InlineData("requested_clients", "-1")]
    [InlineData("aggregator", "nope")]
    [InlineData("aggregator_kwargs", "{\"mu\": 1}")]
    [InlineData("helper_type", "nope")]
    public void ToPlan_BadValue_NamesTheParameter(string key, string value)
    {
        var error = Assert.Throws<RpcException>(() => Plan((key, value)));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith($"parameter {key} ", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameter_LongerThanANameAndNoText_IsRefused()
    {
        var error = Assert.Throws<RpcException>(() => Plan(("session_id", new string('s', 1025))));
        var plan = Plan(("selected_clients", string.Join(',', Enumerable.Repeat("client", 300))), ("max_clients", "7"));

        Assert.Equal(
            (StatusCode.InvalidArgument, "parameter session_id has 1025 characters; expected at most 1024"), (error.StatusCode, error.Status.Detail));
        Assert.Equal((300, 7), (plan.Clients.Count, plan.Settings.MaxClients));
    }

    private static RoundPlan Plan(params (string Key, string Value)[] more)
    {
        var request = new ControlRequest { Parameter = { new Parameter { Key = "round_id", Value = "1" }, new Parameter { Key = "model_id", Value = "m" } } };
        request.Parameter.AddRange(more.Select(p => new Parameter { Key = p.Key, Value = p.Value }));
        return new ControlParameters(request).ToPlan("job", "fedavg", new RoundSettingsCheck(Aggregators, PlainFormats.Create()));
    }
}
