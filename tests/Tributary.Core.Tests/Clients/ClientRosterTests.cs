// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;

namespace Tributary.Core.Tests.Clients;

public sealed class ClientRosterTests
{
    private static readonly ClientId A = ClientId.Parse("a");

    private readonly ManualTimeProvider _time = new();
    private readonly ClientRoster _roster;

    public ClientRosterTests() => _roster = new ClientRoster(_time, Options.Create(new CombinerOptions { MaxClients = 2, MaxConnectedClients = 20 }));

    [Fact]
    public void ListActive_HeartbeatsWithoutAStreamEver_IsEmpty()
    {
        _roster.Heartbeat(A, "n");

        Assert.Empty(_roster.ListActive());
    }

    [Fact]
    public void ListActive_StreamOpen_StaysWithoutHeartbeats()
    {
        using var stream = _roster.Subscribe(A, "n");
        for (var i = 0; i < 60; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));

            Assert.Equal([new ActiveClient(A, "n")], _roster.ListActive());
        }
    }

    [Fact]
    public void ListActive_StreamClosed_IsEmptyAtOnceWhateverHeartbeatsCome()
    {
        _roster.Subscribe(A, "n").Dispose();
        _roster.Heartbeat(A, "n");

        Assert.Empty(_roster.ListActive());
    }

    [Fact]
    public void ListActive_StreamOpenAndHeartbeatsStopped_EndsAfterTenSecondsUntilTheNext()
    {
        using var stream = _roster.Subscribe(A, "n");
        _time.Advance(TimeSpan.FromMinutes(1));
        _roster.Heartbeat(A, "");
        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Single(_roster.ListActive());
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Empty(_roster.ListActive());

        _roster.Heartbeat(A, "");
        Assert.Single(_roster.ListActive());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_roster.ListActive());

        // A new stream is a sign of life as well.
        using var again = _roster.Subscribe(A, "n");
        Assert.Single(_roster.ListActive());
    }

    [Fact]
    public async Task WaitForAsync_HeartbeatOfAClientThatHadStopped_EndsTheWait()
    {
        using var stream = _roster.Subscribe(A, "n");
        _roster.Heartbeat(A, "");
        _time.Advance(TimeSpan.FromSeconds(10));
        var waiting = _roster.WaitForAsync(active => active.Count == 1, TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _roster.Heartbeat(A, "");

        Assert.Single(await waiting.WaitAsync(TestLimits.Step, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void FindGone_TellsWhoGaveNoSignOfLifeAndWhenTheNextMayHave()
    {
        var (patience, start) = (TimeSpan.FromSeconds(30), _time.GetUtcNow());
        var (silent, beating, left, asked, unknown) = (A, ClientId.Parse("b"), ClientId.Parse("c"), ClientId.Parse("d"), ClientId.Parse("e"));
        using var first = _roster.Subscribe(silent, "n");
        using var second = _roster.Subscribe(beating, "n");
        _roster.Heartbeat(beating, "n");
        _roster.Subscribe(left, "n").Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        _roster.Heartbeat(left, "n");
        _roster.Assign(Train(1) with { Client = asked });
        ClientId[] all = [silent, beating, left, asked, unknown];

        Assert.Equal(("e", start + patience), Find());

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(("b e", start + TimeSpan.FromSeconds(40)), Find());

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(("b c d e", start + TimeSpan.FromSeconds(70)), Find());

        _roster.Heartbeat(left, "n");
        Assert.Equal(("b d e", start + TimeSpan.FromSeconds(70)), Find());

        (string Gone, DateTimeOffset NextAt) Find()
        {
            var (gone, nextAt) = _roster.FindGone(all, patience);
            return (string.Join(' ', gone.Order()), nextAt);
        }
    }

    [Fact]
    public async Task Subscribe_Again_TheNewestAloneGetsTasks()
    {
        using var old = _roster.Subscribe(A, "n");
        using var newest = _roster.Subscribe(A, "n");
        _roster.Assign(Train(1));

        Assert.Empty(await ReadAsync(old));
        Assert.Equal([1], (await ReadAsync(newest)).Select(t => t.Round));

        // The end of the ghost says nothing of the newest.
        old.Dispose();
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Single(_roster.ListActive());
    }

    [Fact]
    public async Task Subscribe_AfterABrokenStream_BringsUnansweredTasksAgain()
    {
        using (var broken = _roster.Subscribe(A, "n"))
        {
            _roster.Assign(Train(1));
            _roster.Assign(Train(2));
            Assert.Equal(2, (await ReadAsync(broken)).Count);
        }

        _roster.Answered(A, task => task.Round == 1);

        Assert.Equal([2], (await ReadAsync(_roster.Subscribe(A, "n"))).Select(t => t.Round));
    }

    [Fact]
    public async Task Assign_ClientAway_WaitsForItsStream()
    {
        _roster.Assign(Train(1));

        Assert.Equal([1], (await ReadAsync(_roster.Subscribe(A, "n"))).Select(t => t.Round));
    }

    [Fact]
    public async Task WithdrawTraining_TaskStillInTheStream_IsNotDelivered()
    {
        using var stream = _roster.Subscribe(A, "n");
        _roster.Assign(Train(1));
        _roster.Assign(Train(2));
        _roster.Assign(Train(1) with { Kind = ClientTaskKind.Validate });

        _roster.WithdrawTraining(task => task.Round == 1);

        Assert.Equal([(ClientTaskKind.Train, 2L), (ClientTaskKind.Validate, 1L)], (await ReadAsync(stream)).Select(t => (t.Kind, t.Round)));
    }

    [Fact]
    public async Task Assign_BeyondTheLimit_DropsTheOldestValidationAndNoTraining()
    {
        for (var round = 1; round < ClientRoster.MaxOutstanding; round++)
        {
            _roster.Assign(Train(round));
        }

        _roster.Assign(Validate(100));
        _roster.Assign(Validate(101));
        _roster.Assign(Train(102));
        _roster.Assign(Validate(103));
        _roster.Assign(Train(104));

        var tasks = await ReadAsync(_roster.Subscribe(A, "n"));
        Assert.Equal([.. Enumerable.Range(1, ClientRoster.MaxOutstanding - 1).Select(n => (long)n), 102, 104], tasks.Select(t => t.Round));
        Assert.Equal(ClientRoster.MaxOutstanding + 1, Assert.Single(_roster.ListActive()).TrainingTasks);

        ClientTask Validate(long round) => Train(round) with { Kind = ClientTaskKind.Validate };
    }

    [Fact]
    public void IsAccepting_AsManyAsAllowed_IsFalse()
    {
        using var first = _roster.Subscribe(A, "");
        Assert.True(_roster.IsAccepting);

        using var second = _roster.Subscribe(ClientId.Parse("b"), "");

        Assert.False(_roster.IsAccepting);
    }

    [Fact]
    public void ListPresenceChanges_ComeAndGo_AreToldUntilRecorded()
    {
        var stream = _roster.Subscribe(A, "n");
        Assert.Equal((A, "n", ClientStatus.Online), Change());
        Assert.Equal((A, "n", ClientStatus.Online), Change());
        Record();
        Assert.Null(Change());
        stream.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((A, "n", ClientStatus.Offline), Change());
        Record();
        Assert.Null(Change());

        // A forgotten client that only beats again has no stream: it is not back.
        _roster.Heartbeat(A, "n");
        Assert.Null(Change());
    }

    [Fact]
    public void ListPresenceChanges_BackByHeartbeat_IsOnlineAgain()
    {
        using var stream = _roster.Subscribe(A, "n");
        _roster.Heartbeat(A, "n");
        Record();
        _time.Advance(TimeSpan.FromSeconds(10));
        Record();

        _roster.Heartbeat(A, "n");

        Assert.Equal((A, "n", ClientStatus.Online), Change());
    }

    [Fact]
    public void HasTakenOver_EarlierStreamStillOpen_IsTrue()
    {
        var first = _roster.Subscribe(A, "n");
        var second = _roster.Subscribe(A, "n");
        first.Dispose();
        var third = _roster.Subscribe(A, "n");
        third.Dispose();
        using var reconnected = _roster.Subscribe(A, "n");

        Assert.Equal((false, true, true, false), (first.HasTakenOver, second.HasTakenOver, third.HasTakenOver, reconnected.HasTakenOver));
    }

    [Fact]
    public void HasRoomFor_AtCapacity_IsTrueForKnownClientsAlone()
    {
        var streams = new List<TaskSubscription>();
        for (var i = 0; i < 1000; i++)
        {
            var id = ClientId.Parse($"c{i}");
            _roster.Heartbeat(id, "n");
            if (_roster.HasRoomFor(id))
            {
                streams.Add(_roster.Subscribe(id, "n"));
            }
        }

        Assert.Equal(20, _roster.Capacity);
        Assert.Equal(20, _roster.ListActive().Count);
        Assert.Equal((true, false), (_roster.HasRoomFor(ClientId.Parse("c0")), _roster.HasRoomFor(A)));

        // A client that a round has selected takes no place.
        _roster.Assign(Train(1) with { Client = ClientId.Parse("c1") });
        Assert.True(_roster.HasRoomFor(A));
        _roster.WithdrawTraining(task => task.Round == 1);
        Assert.False(_roster.HasRoomFor(A));

        Record();
        streams.ForEach(stream => stream.Dispose());
        _time.Advance(TimeSpan.FromSeconds(10));
        Record();
        Record();
        Assert.True(_roster.HasRoomFor(A));
    }

    [Fact]
    public void ListPresenceChanges_BackWhileItsGoingIsWritten_IsOnlineAgain()
    {
        var stream = _roster.Subscribe(A, "n");
        Record();
        stream.Dispose();
        var going = _roster.ListStatusChanges();
        using var back = _roster.Subscribe(A, "n");

        _roster.MarkRecorded(going);

        Assert.Equal((A, "n", ClientStatus.Online), Change());
    }

    private (ClientId Id, string Name, ClientStatus Status)? Change() =>
        _roster.ListStatusChanges() is [var change] ? (change.Id, change.Name, change.Status) : null;

    private void Record() => _roster.MarkRecorded(_roster.ListStatusChanges());

    private static ClientTask Train(long round) => new()
    {
        Kind = ClientTaskKind.Train,
        Client = A,
        CorrelationId = "c",
        Round = round,
        Session = "s",
        Model = ModelId.Parse("m"),
        At = DateTimeOffset.UnixEpoch,
    };

    private static Task<IReadOnlyList<ClientTask>> ReadAsync(TaskSubscription subscription) => TaskReading.ReadWaitingAsync(subscription);
}
