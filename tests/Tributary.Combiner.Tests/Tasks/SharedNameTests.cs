// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Core;
using Tributary.Core.Reports;
using Tributary.Protocol.Fedn;
using Tributary.Testing;

namespace Tributary.Combiner.Tests.Tasks;

/// <summary>Clients that send their name in place of their id, share a name or an id, or are too many, on a server that asks no caller who it is.</summary>
public sealed class SharedNameTests : IAsyncLifetime
{
    private CombinerHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CombinerHost.StartAsync(options => (options.MaxClients, options.MaxConnectedClients) = (2, 20));
        _host.Disk.AddModel("m", NpzModel.Encode(1, 2));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Round_TwoClientsOfOneName_CountsTheUpdateOfEach()
    {
        await using var first = _host.Peer("id-1", "hospital");
        await using var second = _host.Peer("id-2", "hospital");
        var tasks = await BeginRoundAsync(first, second);

        await first.UploadAsync("u1", NpzModel.Encode(3, 4), Token);
        await second.UploadAsync("u2", NpzModel.Encode(5, 6), Token);
        Assert.Equal([NpzModel.Encode(3, 4), NpzModel.Encode(5, 6)], [await first.DownloadAsync("u1", Token), await second.DownloadAsync("u2", Token)]);
        var answers = await Task.WhenAll(first.SendUpdateAsync("u1", tasks[0], 1, Token), second.SendUpdateAsync("u2", tasks[1], 1, Token));

        Assert.All(answers, answer => Assert.Equal("RECEIVED ModelUpdate  from client  ", answer.Response_));
        Assert.Equal(["id-1", "id-2"], _host.Disk.Updates.Select(u => u.Client.Value).Order());
        await Eventually.BecomesAsync("the model", _ => Task.FromResult(_host.Disk.Models.Count), count => count == 2, TestLimits.Step, Token);
        Assert.Equal([4f, 5f], NpzModel.Decode(_host.Disk.ModelBytes[_host.Disk.Models[1].Id]));
    }

    [Fact]
    public async Task SendModelUpdate_Repeated_DoesNotAnswerTheTaskOfAnotherClientOfTheName()
    {
        await using var first = _host.Peer("id-1", "hospital");
        await using var second = _host.Peer("id-2", "hospital");
        var tasks = await BeginRoundAsync(first, second);
        await first.UploadAsync("u1", NpzModel.Encode(3, 4), Token);
        await second.UploadAsync("u2", NpzModel.Encode(5, 6), Token);
        await first.SendUpdateAsync("u1", tasks[0], 1, Token);

        var repeat = await first.SendUpdateAsync("u1", tasks[0], 1, Token);
        var other = await second.SendUpdateAsync("u2", tasks[1], 1, Token);

        Assert.StartsWith("IGNORED ModelUpdate u1: this client's update of this round already counts", repeat.Response_, StringComparison.Ordinal);
        Assert.Equal("RECEIVED ModelUpdate  from client  ", other.Response_);
    }

    [Fact]
    public async Task SendModelUpdate_OfAnUploadFromBeforeAnotherUsedTheName_IsOfTheUploader()
    {
        await using var first = _host.Peer("id-1", "hospital");
        await using var second = _host.Peer("id-2", "hospital");
        await using var readSecond = second.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = readSecond.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(1);
        await second.UploadAsync("u2", NpzModel.Encode(5, 6), Token);
        await using var readFirst = first.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var nextFirst = readFirst.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(2);
        await StartAsync(first, ("task", "training"), ("round_id", "7"), ("model_id", "m"), ("session_id", "s"), ("round_timeout", "3600"));
        await Task.WhenAll(next, nextFirst).WaitAsync(TestLimits.Step, Token);

        var answer = await second.SendUpdateAsync("u2", readSecond.Current, 1, Token);

        Assert.Equal("RECEIVED ModelUpdate  from client  ", answer.Response_);
        Assert.Equal("id-2", Assert.Single(_host.Disk.Updates).Client.Value);
        Assert.True(_host.Roster.IsAsked(ClientId.Parse("id-1"), _ => true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendModelValidation_OfOneOfTheName_AnswersItsOwnTask(bool hasCorrelation)
    {
        await using var first = _host.Peer("id-1", "hospital");
        await using var second = _host.Peer("id-2", "hospital");
        await using var readFirst = first.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        await using var readSecond = second.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = new[] { readFirst.MoveNextAsync().AsTask(), readSecond.MoveNextAsync().AsTask() };
        await _host.ConnectedAsync(2);
        await StartAsync(second, ("task", "validation"), ("model_id", "m"));
        await Task.WhenAll(next).WaitAsync(TestLimits.Step, Token);
        foreach (var task in (TaskRequest[])[readSecond.Current, readFirst.Current])
        {
            var correlation = hasCorrelation ? task.CorrelationId : "";
            await first.Combiner.SendModelValidationAsync(
                new ModelValidation { Sender = new() { Name = "hospital", ClientId = "hospital" }, ModelId = "m", Data = "{}", CorrelationId = correlation }, cancellationToken: Token);

            Assert.Equal(hasCorrelation && task.Receiver.ClientId == "id-2", _host.Roster.IsAsked(ClientId.Parse("id-1"), _ => true));
        }

        Assert.Equal(0, _host.Roster.CountOutstanding());
    }

    [Fact]
    public async Task TaskStream_OfASecondProcess_IsWarnedAbout()
    {
        await using var first = _host.Peer("a", "hospital");
        await using var second = _host.Peer("a", "hospital");
        await using var old = first.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var ended = old.MoveNextAsync().AsTask();
        await _host.ConnectedAsync(1);
        Assert.Empty(Warnings());

        var newest = second.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = newest.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<RpcException>(() => ended.WaitAsync(TestLimits.Step, Token));

        var warnings = await Eventually.BecomesAsync("the warning", _ => Task.FromResult(Warnings()), found => found.Count > 0, TestLimits.Step, Token);
        Assert.Equal(
            ("NETWORK", "COMBINER", "Client hospital (a): a newer TaskStream has taken over from one that was still open. A second process may be using the id, or the earlier connection was lost."),
            Assert.Single(warnings) is var warning ? (warning.Type, warning.Sender!.Role, warning.Status) : default);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task TaskStream_OfANewClientBeyondTheCapacity_IsRefused()
    {
        for (var i = 0; i < _host.Roster.Capacity; i++)
        {
            _host.Roster.Subscribe(ClientId.Parse($"c{i}"), "");
        }

        await using var known = _host.Peer("c0");
        await using var other = _host.Peer("x");
        var tasks = known.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        await other.HeartbeatAsync(Token);
        await using var refused = other.ReadTasksAsync(Token).GetAsyncEnumerator(Token);

        var error = await Assert.ThrowsAsync<RpcException>(() => refused.MoveNextAsync().AsTask());

        Assert.Equal(
            (StatusCode.Unavailable, "client 'x': 20 clients are connected, which is the limit (Combiner:MaxConnectedClients)"),
            (error.StatusCode, error.Status.Detail));
        Assert.False(next.IsCompleted);
    }

    private async Task<TaskRequest[]> BeginRoundAsync(params FednPeer[] peers)
    {
        var streams = peers.Select(peer => peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token)).ToList();
        var next = streams.ConvertAll(stream => stream.MoveNextAsync().AsTask());
        await _host.ConnectedAsync(peers.Length);
        await StartAsync(peers[0], ("task", "training"), ("round_id", "7"), ("model_id", "m"), ("session_id", "s"), ("round_timeout", "3600"));
        await Task.WhenAll(next).WaitAsync(TestLimits.Step, Token);
        return [.. streams.Select(stream => stream.Current)];
    }

    private static Task<ControlResponse> StartAsync(FednPeer peer, params (string Key, string Value)[] parameters) => peer.Control.StartAsync(
        new ControlRequest { Parameter = { parameters.Select(p => new Parameter { Key = p.Key, Value = p.Value }) } }, cancellationToken: Token).ResponseAsync;

    private List<StatusReport> Warnings() => [.. _host.Disk.Reports.OfType<StatusReport>().Where(r => r.LogLevel == "WARNING")];
}
