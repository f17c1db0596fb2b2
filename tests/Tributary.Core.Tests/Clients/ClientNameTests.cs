// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;

namespace Tributary.Core.Tests.Clients;

/// <summary>The names that clients use in place of their ids.</summary>
public sealed class ClientNameTests
{
    private static readonly ClientId A = ClientId.Parse("a");
    private static readonly ClientId B = ClientId.Parse("b");
    private static readonly ClientId Name = ClientId.Parse("n");

    private readonly ManualTimeProvider _time = new();
    private readonly ClientRoster _roster;

    public ClientNameTests() => _roster = new ClientRoster(_time, Options.Create(new CombinerOptions()));

    [Fact]
    public void Resolve_NameOfOneClient_IsThatClient()
    {
        Connect(A, Name);

        Assert.Equal((A, A, B), (_roster.Resolve(Name), _roster.Resolve(A), _roster.Resolve(B)));
    }

    [Fact]
    public void Resolve_NameThatIsTheIdOfAnother_IsTheOther()
    {
        Connect(B, Name);
        Connect(A, B);

        Assert.Equal(B, _roster.Resolve(B));
    }

    [Fact]
    public void Resolve_NameOfSeveral_IsTheOneThatHasTheTask()
    {
        Connect(A, Name);
        Connect(B, Name);
        _roster.Assign(Train(B, 1));

        Assert.Equal([A, B], _roster.FindMeant(Name));
        Assert.Equal(B, _roster.Resolve(Name, task => task.Round == 1));
        Assert.Equal((Name, Name), (_roster.Resolve(Name), _roster.Resolve(Name, task => task.Round == 2)));
    }

    [Fact]
    public void Resolve_OtherClientOfTheNameIsForgotten_IsTheOneThatIsLeft()
    {
        var first = Connect(A, Name);
        Record();
        first.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        Record();
        Connect(B, Name);
        Assert.Equal([A, B], _roster.FindMeant(Name));

        Record();

        Assert.Equal(B, _roster.Resolve(Name));
    }

    [Fact]
    public void Alias_EverNewNames_KeepsTheNewestFew()
    {
        Connect(B, ClientId.Parse("n1"));
        for (var i = 0; i < 1000; i++)
        {
            Connect(A, ClientId.Parse($"n{i}")).Dispose();
        }

        var known = Enumerable.Range(0, 1000).Where(i => _roster.FindMeant(ClientId.Parse($"n{i}")).Contains(A));
        Assert.Equal([996, 997, 998, 999], known);
        Assert.Equal(B, _roster.Resolve(ClientId.Parse("n1")));

        // A name that is used again is a new one.
        Connect(A, ClientId.Parse("n996"));
        Connect(A, ClientId.Parse("n0"));
        Assert.Equal([A, ClientId.Parse("n997")], [_roster.Resolve(ClientId.Parse("n996")), _roster.Resolve(ClientId.Parse("n997"))]);
    }

    [Fact]
    public void Alias_ClientThatIsNotConnected_IsNotKept()
    {
        _roster.Alias(Name, A);

        Assert.Equal(Name, _roster.Resolve(Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Resolve_AnyHistory_GivesEachTaskToOneClientOfTheName(int seed)
    {
        var random = new Random(seed);
        var clients = Enumerable.Range(0, 6).Select(i => ClientId.Parse($"c{i}")).ToList();
        var names = Enumerable.Range(0, 3).Select(i => ClientId.Parse($"n{i}")).ToList();
        var nameOf = clients.ToDictionary(client => client, _ => names[random.Next(names.Count)]);
        for (var round = 1L; round <= 200; round++)
        {
            // Some clients come and some go; those that are there have a task of the round, and answer it by their names in any order.
            foreach (var client in clients.Where(_ => random.Next(3) == 0))
            {
                Connect(client, nameOf[client]).Dispose();
            }

            _time.Advance(TimeSpan.FromSeconds(random.Next(8)));
            Record();
            var number = round;
            var tasks = _roster.ListActive().Select(c => Train(c.Id, number)).ToList();
            tasks.ForEach(_roster.Assign);
            var answered = new List<ClientId>();
            foreach (var client in tasks.Select(t => t.Client).OrderBy(_ => random.Next()))
            {
                var sender = _roster.Resolve(nameOf[client], task => task.Round == number);
                Assert.Equal(nameOf[client], nameOf[sender]);
                Assert.Equal(1, _roster.Answered(sender, task => task.Round == number));
                answered.Add(sender);
            }

            Assert.Equal(tasks.Select(t => t.Client), answered.Order());
            Assert.All(names, name => Assert.All(_roster.FindMeant(name), id => Assert.True(id == name || nameOf[id] == name)));
        }
    }

    private TaskSubscription Connect(ClientId id, ClientId name)
    {
        var subscription = _roster.Subscribe(id, "");
        _roster.Alias(name, id);
        return subscription;
    }

    private void Record() => _roster.MarkRecorded(_roster.ListStatusChanges());

    private static ClientTask Train(ClientId client, long round) => new()
    {
        Kind = ClientTaskKind.Train,
        Client = client,
        CorrelationId = "c",
        Round = round,
        Session = "s",
        Model = ModelId.Parse("m"),
        At = DateTimeOffset.UnixEpoch,
    };
}
