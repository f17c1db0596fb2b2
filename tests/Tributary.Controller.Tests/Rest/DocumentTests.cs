// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Controller.Rest;
using Tributary.Controller.Sessions;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Sessions;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Tests.Rest;

/// <summary>Every document of the REST interface, byte for byte: FEDn's own tools and other people's scripts read them.</summary>
public sealed class DocumentTests
{
    private const string Awkward = "ä <b>&'+\"\\/\u0001\u20ac";
    private static readonly DateTimeOffset At = new(2026, 3, 4, 11, 11, 12, 345, 678, TimeSpan.FromHours(1));
    private static readonly ReportSender Sender = new("clinic", "CLIENT", "c-1");

    private static readonly SessionConfig Config = PlainSession.Config("m-0") with { RoundTimeout = 180, Validate = false };

    private static readonly RoundPlan Plan = PlainPlan.For(7) with
    {
        JobId = "j-1",
        Session = "s-1",
        Model = ModelId.Parse("m-0"),
        Settings = PlainPlan.For(7).Settings with { RoundTimeout = 0.1, BufferSize = 2, Validate = true },
    };

    private static readonly RoundRecord Pending = new()
    {
        Number = 7,
        Status = RoundStatus.Pending,
        Plan = Plan,
        Output = ModelId.Parse("m-1"),
        OpenedAt = At,
    };

    private static readonly CombinerReport Report = new()
    {
        Name = "combiner",
        Model = "m-1",
        Status = CombinerReportStatus.Success,
        JobId = "j-1",
        Selected = 3,
        Required = 1,
        Aggregated = 2,
        Refused = 1,
        Weight = 1200.5,
        Bytes = 5_000_000_000,
        Waited = 1.25,
        Aggregating = 1e-7,
        Total = 1.5,
    };

    private static readonly ValueReport Value = new() { Id = "v-1", At = At, Kind = ValueKind.Metric, Key = "loss", Number = 0.1 };

    private static readonly Dictionary<string, object> Known = new()
    {
        ["client"] = Documents.ToDocument(new ClientRecord
        {
            Id = ClientId.Parse("c-1"),
            Name = Awkward,
            Combiner = "combiner",
            PreferredCombiner = "other",
            Address = "127.0.0.1",
            Status = ClientStatus.Online,
            Package = "local",
            LastSeen = At,
        }),
        ["client with little"] = Documents.ToDocument(
            new ClientRecord { Id = ClientId.Parse("c-2"), Name = "", Status = ClientStatus.Offline, LastSeen = At }),
        ["model"] = Documents.ToDocument(new ModelRecord
        {
            Id = ModelId.Parse("m-1"),
            Name = "digits_1",
            Parent = ModelId.Parse("m-0"),
            Session = SessionId.Parse("s-1"),
            Round = 7,
            Format = "npz",
            Data = new(5_000_000_000, "ab12"),
            CommittedAt = At,
        }),
        ["model uploaded"] = Documents.ToDocument(
            new ModelRecord { Id = ModelId.Parse("m-0"), Name = "m-0", Format = "raw", Data = new(0, ""), CommittedAt = At }),
        ["session"] = Documents.ToDocument(PlainSession.Record(SessionId.Parse("s-1"), Config, At) with
        {
            Name = "digits",
            Status = SessionStatus.Started,
            SeedModel = ModelId.Parse("m-0"),
            Config = Config with { AggregatorParameters = "{\"q\": 0.5}", RequestedClients = 4, ServerFunctions = "class S: pass\n", RoundTimeout = 0.25 },
            UpdatedAt = At.AddDays(1),
        }),
        ["session without a seed"] = Documents.ToDocument(PlainSession.Record(SessionId.Parse("s-2"), Config, At)),
        ["run"] = Documents.ToDocument(
            Run("r-1", 10) with { RoundTimeout = 180, CompletedAt = At.AddHours(2), CompletedModel = ModelId.Parse("m-9") }),
        ["run under way"] = Documents.ToDocument(Run("r-2", 1) with { RoundTimeout = 0.5 }),
        ["round"] = Documents.ToDocument(Pending with
        {
            Status = RoundStatus.Success,
            Plan = Plan with { Clients = ["c-1", Awkward], Settings = Plan.Settings with { AggregatorParameters = "{}", RequestedClients = 3 } },
            ClosedAt = At.AddSeconds(2),
            Combiners = [Report, Report with { Name = "second", Model = null, Status = CombinerReportStatus.Failed, Bytes = 0, Weight = 0 }],
            Times = new RoundTimes(0.125, 3),
        }),
        ["round pending"] = Documents.ToDocument(Pending),
        ["round failed"] = Documents.ToDocument(
            Pending with { Status = RoundStatus.Failed, ClosedAt = At.AddSeconds(2), Error = "No update came." }),
        ["status"] = Documents.ToDocument(new StatusReport
        {
            Id = "e-1",
            Sender = Sender,
            At = At,
            Status = "trained",
            LogLevel = "INFO",
            Type = "MODEL_UPDATE",
            Data = "{\"a\": NaN}",
            Extra = "x",
            CorrelationId = "t-1",
            Session = "s-1",
        }),
        ["status of nobody"] = Documents.ToDocument(
            new StatusReport { Id = "e-2", At = At, Status = "", LogLevel = "ERROR", Type = "NETWORK" }),
        ["validation"] = Documents.ToDocument(new ValidationReport
        {
            Id = "a-1",
            Sender = Sender,
            Receiver = new("combiner", "COMBINER", ""),
            At = At,
            Model = "m-1",
            Data = "{\"accuracy\": 0.5}",
            CorrelationId = "t-1",
            Session = "s-1",
            Meta = "{}",
        }),
        ["metric"] = Documents.ToDocument(Value with { Sender = Sender, Step = 3, Model = "m-1", Round = "7", Session = "s-1" }),
        ["metric NaN"] = Documents.ToDocument(Value with { Number = double.NaN }),
        ["metric -Infinity"] = Documents.ToDocument(Value with { Number = double.NegativeInfinity }),
        ["metric large"] = Documents.ToDocument(Value with { Number = 1e300 }),
        ["attribute"] = Documents.ToDocument(Value with { Kind = ValueKind.Attribute, Number = null, Text = Awkward }),
        ["attribute null"] = Documents.ToDocument(Value with { Kind = ValueKind.Attribute, Number = null }),
        ["telemetry"] = Documents.ToDocument(Value with { Kind = ValueKind.Telemetry, Number = -0.0 }),
    };

    private static readonly Dictionary<string, string> Golden = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Rest", "documents.txt"))
        .Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    public static TheoryData<string> Names => [.. Known.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Document_EveryKind_HasTheGoldenBytes(string name) => Assert.Equal(Golden[name], JsonSerializer.Serialize(Known[name], Known[name].GetType(), RestResponseJson.Default));

    [Theory]
    [InlineData("combiners", "GET", "/api/v1/combiners/")]
    [InlineData("count", "GET", "/api/v1/models/count")]
    [InlineData("no model", "GET", "/api/v1/models/none")]
    [InlineData("assigned", "POST", "/api/v1/clients/add", """{"client_id": "c-1", "name": "clinic"}""")]
    [InlineData("nothing to fetch", "POST", "/api/v1/clients/add", """{"client_id": "c-1", "package": "remote"}""")]
    [InlineData("no combiner", "POST", "/api/v1/clients/add", """{"preferred_combiner": "zz"}""")]
    [InlineData("no helper", "GET", "/api/v1/helpers/active")]
    [InlineData("helper set", "PUT", "/api/v1/helpers/active", """{"helper": "binaryhelper"}""")]
    [InlineData("controller", "GET", "/get_controller_status")]
    public async Task Answer_EveryKind_HasTheGoldenBytes(string name, string method, string path, string? body = null)
    {
        await using var host = await ControllerHost.StartAsync(combiner: new CombinerAddress("127.0.0.1", 12080));

        var (_, text) = await host.SendAsync(new HttpMethod(method), path, body is null ? null : Encoding.UTF8.GetBytes(body));

        Assert.Equal(Golden[name], text);
    }

    [Fact]
    public async Task Answer_UploadAndActiveHelper_HaveTheGoldenBytes()
    {
        await using var host = await ControllerHost.StartAsync(services => services.AddSingleton(IdSource.Seeded(1)));
        await host.SendAsync(HttpMethod.Put, "/api/v1/helpers/active", """{"helper": "binaryhelper"}"""u8.ToArray());
        using var form = new MultipartFormDataContent { { new ByteArrayContent(NpzModel.Encode(1)), "file", "model" } };
        var (status, uploaded) = await host.SendAsync(
            HttpMethod.Post, "/api/v1/models/", await form.ReadAsByteArrayAsync(Token), form.Headers.ContentType!.ToString());

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Golden["uploaded"], uploaded);
        Assert.Equal(Golden["helper"], (await host.SendAsync(HttpMethod.Get, "/api/v1/helpers/active")).Body);
    }

    [Fact]
    public void SessionConfig_WrittenByACaller_IsReadInFull()
    {
        var config = Config with { AggregatorParameters = "{}", RequestedClients = 4, Rounds = 2, ServerFunctions = "x" };
        var session = Documents.ToDocument(PlainSession.Record(SessionId.Parse("s-1"), config, At));
        var request = new CreateSessionRequest { SessionConfig = session.SessionConfig! };

        var (read, error) = SessionConfigReader.Read(JsonSerializer.SerializeToElement(request, RestRequestJson.Default.CreateSessionRequest));

        Assert.Null(error);
        Assert.Equal(config, read);
    }

    private static RunRecord Run(string id, int rounds) =>
        PlainSession.Run(id, SessionId.Parse("s-1"), ModelId.Parse("m-0"), rounds) with { StartedAt = At };
}
