// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Models;
using Tributary.Core.Sessions;
using Tributary.Repository.Integration;

namespace Tributary.Repository.Tests.Integration;

/// <summary>What a training result says of the run that led to it.</summary>
public sealed class TrainingResultFieldsTests
{
    private static readonly StrategyRegistry Aggregators = new([new FedAvg(), new QFedAvg()]);

    private static readonly SessionConfig Config = PlainSession.Config("repository:digits/1") with
    {
        Aggregator = QFedAvg.StrategyName,
        AggregatorParameters = """{"q_param": 2}""",
        ClientsRequired = 3,
        RequestedClients = 5,
        Validate = false,
    };

    private static readonly RunRecord Run =
        PlainSession.Run("run", SessionId.Parse("s"), ModelId.Parse("seed"), 7) with { RoundTimeout = 0.5 };

    [Fact]
    public void Configure_StrategyWithDefaults_TellsTheValuesInEffect()
    {
        var configuration = TrainingResultFields.Configure(Config, Run, Aggregators);

        Assert.Equal(
            """{"aggregator":"qfedavg","strategy_parameters":{"q_param":2,"qffl_learning_rate":0.1},"round_timeout":0.5,"buffer_size":-1,"clients_required":3,"requested_clients":5,"validate":false,"helper_type":"numpyhelper"}""",
            configuration.ToJsonString());
    }

    [Fact]
    public void Describe_BeforeAnyValidation_HasEveryFieldThatReadersLookFor()
    {
        var results = Document()["results"]!.AsObject();

        Assert.Equal(
            """{"rounds":"7","accuracy":"nan","final_loss":"nan","strategy":"qfedavg","min_fit_clients":"3","min_available_clients":"3","min_evaluate_clients":"0","helper_type":"numpyhelper","round_timeout":"0.5","session_id":"s","run_id":"run","model_id":"m","q_param":"2","qffl_learning_rate":"0.1"}""",
            results.ToJsonString());
    }

    [Fact]
    public void Merge_FiguresOfClients_DoNotTakeThePlaceOfWhatTheServerSays()
    {
        var figures = new Dictionary<string, double> { ["accuracy"] = 0.75, ["rounds"] = 1, ["q_param"] = 9, ["f1"] = 1e-7 };

        var results = JsonNode.Parse(TrainingResultFields.Merge(Document().ToJsonString(), figures))!["results"]!;

        Assert.Equal(("0.75", "7", "2", "1e-07"), (Text("accuracy"), Text("rounds"), Text("q_param"), Text("f1")));

        string Text(string name) => results[name]!.GetValue<string>();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"results":null}""")]
    public void Merge_DocumentWithoutResults_StaysAsItIs(string document) =>
        Assert.Equal(document, TrainingResultFields.Merge(document, new Dictionary<string, double> { ["accuracy"] = 1 }));

    private static JsonObject Document()
    {
        var session = PlainSession.Record(SessionId.Parse("s"), Config, default) with { Status = SessionStatus.Finished };
        var model = new ModelRecord { Id = ModelId.Parse("m"), Name = "m", Format = "npz", Data = new ModelData(1, new string('0', 64)), CommittedAt = default };
        var configuration = TrainingResultFields.Configure(Config, Run, Aggregators);
        return new JsonObject
        {
            ["results"] = TrainingResultFields.Describe(session, Run, model, 7, configuration),
            ["lineage"] = new JsonObject { [TrainingResultFields.Configuration] = configuration },
        };
    }
}
