// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Combiner.Updates;
using Tributary.Core.Clients;
using Tributary.Core.Reports;
using Tributary.Core.Updates;
using Tributary.Protocol.Fedn;
using Tributary.Testing;

namespace Tributary.Combiner.Tests.Tasks;

/// <summary>Tasks, updates and reports over real gRPC.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private CombinerHost _host = null!;
    private FednPeer _peer = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CombinerHost.StartAsync();
        _peer = _host.Peer("a");
        _host.Disk.AddModel("m", NpzModel.Encode(1, 2));
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Round_ClientThatSendsItsNameInItsCalls_Counts()
    {
        await using var peer = _host.Peer("id-7", "hospital");
        await using var tasks = peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(1);
        await ControlAsync(("task", "training"), ("round_id", "7"), ("model_id", "m"), ("session_id", "s"));
        Assert.True(await next.WaitAsync(TestLimits.Step, Token));
        await peer.UploadAsync("u", NpzModel.Encode(3, 4), Token);

        var answer = await peer.SendUpdateAsync("u", tasks.Current, 1, Token);

        Assert.Equal("RECEIVED ModelUpdate  from client  ", answer.Response_);
        Assert.Equal("id-7", Assert.Single(_host.Disk.Updates).Client.Value);
    }

    [Fact]
    public async Task Round_AskedForOverControl_RunsToAModel()
    {
        await using var tasks = _peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(1);
        await ControlAsync(("task", "training"), ("round_id", "7"), ("model_id", "m"), ("session_id", "s"));
        Assert.True(await next.WaitAsync(TestLimits.Step, Token));
        var task = tasks.Current;
        var data = JsonNode.Parse(task.Data)!;

        Assert.Equal((Role.Combiner, "a", "m", "s", StatusType.ModelUpdate), (task.Sender.Role, task.Receiver.ClientId, task.ModelId, task.SessionId, task.Type));
        Assert.Equal("7", data["round_id"]!.GetValue<string>());
        Assert.NotEmpty(data["_job_id"]!.GetValue<string>());

        await _peer.UploadAsync("u", NpzModel.Encode(3, 4), Token);
        Assert.Equal("RECEIVED ModelUpdate  from client  ", (await _peer.SendUpdateAsync("u", task, 1, Token)).Response_);
        await Eventually.BecomesAsync("the model", _ => Task.FromResult(_host.Disk.Models.Count), count => count == 2, TestLimits.Step, Token);
        Assert.Equal([3f, 4f], NpzModel.Decode(_host.Disk.ModelBytes[_host.Disk.Models[1].Id]));

        // The answers are all OK, and why an update was not taken is left where people look.
        Assert.StartsWith("IGNORED", (await _peer.SendUpdateAsync("u", task, 1, Token)).Response_, StringComparison.Ordinal);
        Assert.Equal(1, _host.Disk.Reports.OfType<StatusReport>().Count(r => r is { Type: "MODEL_UPDATE", LogLevel: "WARNING" }));
    }

    [Fact]
    public async Task TaskStream_OpenedAgain_EndsTheOlderAsUnavailable()
    {
        await using var old = _peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var first = old.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(1);
        await using var newest = _peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var second = newest.MoveNextAsync().AsTask();

        var error = await Assert.ThrowsAsync<RpcException>(() => first.WaitAsync(TestLimits.Step, Token));
        await ControlAsync(("task", "validation"), ("model_id", "m"));

        Assert.Equal((StatusCode.Unavailable, "a newer stream of client 'a' has taken over"), (error.StatusCode, error.Status.Detail));
        Assert.True(await second.WaitAsync(TestLimits.Step, Token));
        Assert.Equal((StatusType.ModelValidation, ""), (newest.Current.Type, newest.Current.Data));
    }

    [Fact]
    public async Task TaskStream_ClientUnknown_IsRecordedOnline()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var tasks = _peer.ReadTasksAsync(stop.Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(1);

        var client = Assert.Single(_host.Disk.Clients);
        Assert.Equal(("a", "combiner", ClientStatus.Online), (client.Id.Value, client.Combiner, client.Status));
        var listed = await _peer.Connector.ListActiveClientsAsync(new ListClientsRequest { Channel = Queue.TaskQueue }, cancellationToken: Token);
        Assert.Equal([new Client { Name = "a", ClientId = "a", Role = Role.Client }], listed.Client);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => next.WaitAsync(TestLimits.Step, Token));
    }

    [Fact]
    public async Task Heartbeat_IsAnswered()
    {
        var answer = await _peer.Connector.SendHeartbeatAsync(new Heartbeat { Sender = new Client { Name = "nameX", ClientId = "id-X", Role = Role.Client } }, cancellationToken: Token);

        Assert.Equal(new Response { Sender = new Client { Name = "nameX", Role = Role.Client }, Response_ = "Heartbeat received" }, answer);
    }

    [Fact]
    public async Task Reports_OddContent_AreTaken()
    {
        var sender = new Client { ClientId = "a" };
        await _peer.Connector.SendStatusAsync(new Protocol.Fedn.Status(), cancellationToken: Token);
        await _peer.Connector.SendStatusAsync(new Protocol.Fedn.Status { LogLevel = (LogLevel)99, Type = (StatusType)99, Timestamp = new() { Seconds = long.MinValue } }, cancellationToken: Token);
        await _peer.Combiner.SendModelMetricAsync(new ModelMetric { Sender = sender }, cancellationToken: Token);
        await _peer.Combiner.SendModelMetricAsync(new ModelMetric { Sender = sender, Metrics = { new MetricElem { Key = "zero" }, new MetricElem { Key = "nan", Value = float.NaN } } }, cancellationToken: Token);
        await _peer.Combiner.SendTelemetryMessageAsync(new TelemetryMessage { Sender = sender, Timestamp = new() { Seconds = -62135596800 }, Telemetries = { new TelemetryElem { Key = "old", Value = 1 } } }, cancellationToken: Token);
        await _peer.Combiner.SendModelValidationAsync(new ModelValidation { Data = "no json" }, cancellationToken: Token);

        Assert.Equal(2, _host.Disk.Reports.OfType<StatusReport>().Count(r => r.Sender is null));
        Assert.Equal(["zero", "nan", "old"], _host.Disk.Reports.OfType<ValueReport>().Select(r => r.Key));
        Assert.Single(_host.Disk.Reports.OfType<ValidationReport>());
    }

    [Fact]
    public async Task NullCharacters_InKeysAndNames_AreRefusedWithTheirField()
    {
        var metric = await Assert.ThrowsAsync<RpcException>(() => _peer.Combiner.SendModelMetricAsync(new ModelMetric { Metrics = { new MetricElem { Key = "a" }, new MetricElem { Key = "b\0" } } }, cancellationToken: Token).ResponseAsync);
        var update = await Assert.ThrowsAsync<RpcException>(() => _peer.Combiner.SendModelUpdateAsync(new ModelUpdate { Sender = new Client { ClientId = "a", Name = "n\0" } }, cancellationToken: Token).ResponseAsync);
        var heartbeat = await Assert.ThrowsAsync<RpcException>(() => _peer.Connector.SendHeartbeatAsync(new Heartbeat { Sender = new Client { ClientId = "a", Name = "n\0" } }, cancellationToken: Token).ResponseAsync);
        await _peer.Combiner.SendAttributeMessageAsync(new AttributeMessage { Attributes = { new AttributeElem { Key = "k", Value = "v\0w" } } }, cancellationToken: Token);

        Assert.Equal((StatusCode.InvalidArgument, "metrics[1].key holds a null character; expected a text without one"), (metric.StatusCode, metric.Status.Detail));
        Assert.Equal((StatusCode.InvalidArgument, "sender.name holds a null character; expected a text without one"), (update.StatusCode, update.Status.Detail));
        Assert.Equal(update.Status, heartbeat.Status);
        Assert.Equal("v\uFFFDw", Assert.Single(_host.Disk.Reports.OfType<ValueReport>()).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("""{"training_metadata": {"num_examples": 1}, "config": "\ud800"}""")]
    [InlineData("""{"training_metadata": {"num_examples": 0}, "config": "{\"round_id\": 7}"}""")]
    public async Task SendModelUpdate_BadMetadata_IsAnsweredOk(string meta) =>
        Assert.StartsWith("REFUSED ModelUpdate u: meta", (await _peer.SendUpdateAsync("u", "m", meta, Token)).Response_, StringComparison.Ordinal);

    [Fact]
    public async Task Control_WrongRequests_AreRefused()
    {
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync("Start", ("task", "inference")));
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync("Start"));
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync("SetAggregator", ("aggregator", "nope")));
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync("SetAggregator"));
        Assert.Equal("Success", (await ControlAsync("SetAggregator", ("aggregator", "fedavg"))).Message);
        Assert.Equal("Success", (await ControlAsync("FlushAggregationQueue")).Message);
        Assert.Equal(StatusCode.Unimplemented, await RefusedAsync("Nothing"));
    }

    [Theory]
    [InlineData(true, "REFUSED ModelUpdate: no finished upload of this client has the id 'u'", "it has no finished upload with the id 'u'")]
    [InlineData(false, "REFUSED ModelUpdate u: meta is not JSON: Expecting value at character 0", "meta is not JSON: Expecting value at character 0")]
    public async Task Round_ItsOnlyClientSendsAnUnusableUpdate_EndsWithoutWaitingAndSaysWhy(bool isMetaReadable, string expected, string reason)
    {
        await using var tasks = _peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(1);
        await ControlAsync(("task", "training"), ("round_id", "8"), ("model_id", "m"), ("session_id", "s"), ("round_timeout", "3600"));
        Assert.True(await next.WaitAsync(TestLimits.Step, Token));

        var answer = isMetaReadable ? await _peer.SendUpdateAsync("u", tasks.Current, 1, Token) : await _peer.SendUpdateAsync("u", "m", "no json", Token);

        Assert.StartsWith(expected, answer.Response_, StringComparison.Ordinal);
        await Eventually.BecomesAsync(
            "the end of the round", _ => Task.FromResult(_host.Disk.Rounds[8].Combiners), entries => entries.Count == 1, TestLimits.Step, Token);
        Assert.Contains($"; one update was refused, that of client a: {reason}", _host.Disk.Rounds[8].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Outcomes_Each_HasItsText()
    {
        (SubmitUpdateResult Result, string Text)[] table =
        [
            (new SubmitUpdateResult.Accepted(), "RECEIVED ModelUpdate  from client  "),
            (new SubmitUpdateResult.Duplicate(), "IGNORED ModelUpdate u: this client's update of this round already counts"),
            (new SubmitUpdateResult.RoundClosed(), "IGNORED ModelUpdate u: its round is not open"),
            (new SubmitUpdateResult.NotReady(), "NOT READY for ModelUpdate u: its round is not open at the moment; submit it again soon"),
            (new SubmitUpdateResult.NotSelected(), "IGNORED ModelUpdate u: this client has no task in its round"),
            (new SubmitUpdateResult.UnknownUpload("u"), "REFUSED ModelUpdate: no finished upload of this client has the id 'u'"),
            (new SubmitUpdateResult.Invalid("f", "is x"), "REFUSED ModelUpdate u: f is x"),
        ];

        Assert.All(table, row => Assert.Equal(row.Text, row.Result.ToResponse("u")));
        Assert.Equal(typeof(SubmitUpdateResult).GetNestedTypes().Select(t => t.Name).Order(), table.Select(r => r.Result.GetType().Name).Order());
        Assert.All(Enum.GetValues<UploadResult>(), result => Assert.Equal(result == UploadResult.Ok, result.ToRpcException("u") is null));
    }

    private Task<ControlResponse> ControlAsync(params (string Key, string Value)[] parameters) => ControlAsync("Start", parameters);

    private Task<ControlResponse> ControlAsync(string method, params (string Key, string Value)[] parameters) => _peer.Invoker.AsyncUnaryCall(
        new Method<ControlRequest, ControlResponse>(
            MethodType.Unary,
            "fedn.Control",
            method,
            Marshallers.Create(message => message.ToByteArray(), ControlRequest.Parser.ParseFrom),
            Marshallers.Create(message => message.ToByteArray(), ControlResponse.Parser.ParseFrom)),
        host: null,
        new CallOptions(cancellationToken: Token),
        new ControlRequest { Parameter = { parameters.Select(p => new Parameter { Key = p.Key, Value = p.Value }) } }).ResponseAsync;

    private async Task<StatusCode> RefusedAsync(string method, params (string Key, string Value)[] parameters) =>
        (await Assert.ThrowsAsync<RpcException>(() => ControlAsync(method, parameters))).StatusCode;
}
