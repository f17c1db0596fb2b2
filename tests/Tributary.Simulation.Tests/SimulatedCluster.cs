// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Models;
using Tributary.Core.Rounds;

namespace Tributary.Simulation.Tests;

/// <summary>A server with its disk, its clients and the network between them, all of one seed.</summary>
internal sealed class SimulatedCluster
{
    private const int DirectRounds = 3;
    private const int MaxSteps = 400_000;
    private static readonly TimeSpan RunLimit = TimeSpan.FromHours(12);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);

    private readonly List<string> _trace = [];
    private readonly Invariants _invariants;
    private readonly int _clients;
    private readonly Director _director;
    private int _lives;
    private int _calls;
    private ServerNode? _node;

    public SimulatedCluster(int seed, FaultPlan faults, IReadOnlyList<SessionConfig> sessions, int clients)
    {
        (Seed, FaultPlan, _clients) = (seed, faults, clients);
        Scheduler = new Scheduler(seed);
        Network = new SimulatedProcess(Scheduler);
        _invariants = new Invariants(this);
        SeedModel = ModelId.Parse("seed");
        var bytes = NpzModel.Encode(1, 2, 3, 4, 5);
        Disk.ModelBytes.Add(SeedModel, bytes);
        Disk.Models.Add(new ModelRecord
        {
            Id = SeedModel,
            Name = "seed",
            Format = "npz",
            CommittedAt = Scheduler.Now,
            Data = new ModelData(bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))),
        });
        for (var i = 0; i < sessions.Count; i++)
        {
            var id = SessionId.Parse(string.Create(CultureInfo.InvariantCulture, $"session-{i}"));
            Disk.Sessions.Add(PlainSession.Record(id, sessions[i], Scheduler.Now));
        }

        _director = new Director(this, DirectRounds);
    }

    public int Seed { get; }

    public FaultPlan FaultPlan { get; private set; }

    public Scheduler Scheduler { get; }

    public SimulatedProcess Network { get; }

    public MemoryDisk Disk { get; } = new();

    public ModelId SeedModel { get; }

    public Acknowledgements Acknowledgements { get; } = new();

    public int Crashes { get; private set; }

    public int StoreFaults { get; set; }

    /// <summary>The server, if it takes calls.</summary>
    public ServerNode? Server => _node is { IsListening: true } ? _node : null;

    public string TraceText => string.Join('\n', _trace.Concat(Disk.Rounds.Values.Select(r => $"round {r.Number} ({r.Plan.Session} {r.Plan.Settings.Aggregator}): {r.Status} {r.Error}")));

    /// <summary>Bits of the newest model of each session.</summary>
    public string Result => string.Join(' ', Disk.Sessions.Select(s => Disk.Models.FindLast(m => m.Session == s.Id)?.Data.Sha256));

    /// <summary>Whether everything that was asked for has come to its end.</summary>
    private bool IsDone =>
        Disk.Sessions.TrueForAll(s => Disk.Runs.Exists(run => run.Session == s.Id)) && Disk.Runs.TrueForAll(run => run.CompletedAt is not null)
        && _director.IsDone && Disk.Rounds.Values.All(r => r.Status is not (RoundStatus.Pending or RoundStatus.Success)) && _invariants.IsValidated;

    public IEnumerable<RoundRecord> RoundsOf(SessionId session) => Disk.Rounds.Values.Where(r => r.RunId is not null && r.Plan.Session == session.Value);

    public void Trace(string what) =>
        _trace.Add(string.Create(CultureInfo.InvariantCulture, $"{Scheduler.Steps,7} {Scheduler.Elapsed.TotalSeconds,10:F3} {what}"));

    /// <summary>Runs to the end of the sessions, of their validations and of the direct rounds, all invariants held against every step.</summary>
    public SimulatedCluster Run()
    {
        try
        {
            Boot();
            for (var i = 0; i < _clients; i++)
            {
                new VirtualClient(this, i).Start();
            }

            for (var i = 0; i < Disk.Sessions.Count; i++)
            {
                new Researcher(this, Disk.Sessions[i].Id, i == 0 ? FaultPlan.Termination : null).Start();
            }

            _director.Start();
            while (!IsDone)
            {
                Step();
            }

            // What is under way ends in peace.
            FaultPlan = FaultPlan with { MaxCrashes = 0, MaxStoreFaults = 0 };
            for (var end = Scheduler.Elapsed + Rest; Scheduler.Elapsed < end || Server is not { UnderWay.Count: 0 };)
            {
                Step();
            }

            _invariants.CheckEnd(Server!);
            return this;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"Seed {Seed} failed at step {Scheduler.Steps}: {error.Message}\n{FaultPlan}\n{TraceText}"), error);
        }
    }

    /// <summary>Returns the number of models that the session of a round had committed before it since the model that an update was trained from.</summary>
    public int CountStaleness(RoundRecord round, ModelId update) => Acknowledgements.Tasks[update].Round is var trained && trained == round.Number
        ? 0
        : Disk.Models.Count(m => m.Session?.Value == round.Plan.Session && m.Round >= trained && m.Round < round.Number);

    /// <summary>Returns the run in progress in which an update may count that was trained in a round which has ended; null for none.</summary>
    public string? FindRunFor(RoundRecord trained)
    {
        var (strategy, values) = SessionMix.Strategies.Get(trained.Plan.Settings.Aggregator, trained.Plan.Settings.AggregatorParameters);
        var committed = Disk.Models.Count(m => m.Session?.Value == trained.Plan.Session && m.Round >= trained.Number);
        return strategy.GetMaxStaleness(values) is > 0 and var max && committed <= max
            ? Disk.Runs.Find(run => run.Session.Value == trained.Plan.Session && run.CompletedAt is null)?.Id
            : null;
    }

    public void Crash(ServerNode server, string where)
    {
        if (server != _node)
        {
            return;
        }

        Crashes++;
        Trace($"crash {where}");
        server.Process.Kill();
        _node = null;
        Scheduler.Enqueue(Network, Scheduler.Delay(TimeSpan.FromSeconds(5)), Boot);
    }

    /// <summary>A call from a client: its request and its answer take their time, get lost, or arrive twice; a break is a <see cref="LinkException"/>.</summary>
    public Task<T> CallAsync<T>(SimulatedProcess caller, string what, Func<ServerNode, Task<T>> handler)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var copies = Scheduler.Chance(FaultPlan.Duplicate) ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            if (!Scheduler.Chance(FaultPlan.Loss))
            {
                Scheduler.Enqueue(Network, Scheduler.Delay(FaultPlan.Latency), () => Arrive(what, handler, answer));
            }
        }

        Scheduler.Enqueue(caller, TimeSpan.FromSeconds(30), () => answer.TrySetException(new LinkException()));
        return answer.Task;
    }

    private void Step()
    {
        if (!Scheduler.Step() || Scheduler.Steps > MaxSteps || Scheduler.Elapsed > RunLimit)
        {
            throw new InvalidOperationException("What was asked for does not come to its end.");
        }

        _node?.RequireRunning();
        _invariants.Check();
    }

    private void Boot()
    {
        _node = new ServerNode(this, ++_lives, maxClients: _clients);
        Trace($"boot {_lives}");
        _node.Start();
    }

    private void Arrive<T>(string what, Func<ServerNode, Task<T>> handler, TaskCompletionSource<T> answer)
    {
        if (Server is { } server)
        {
            server.Process.Run(() => _ = HandleAsync(server, what, handler, answer));
        }
        else
        {
            Scheduler.Enqueue(Network, Scheduler.Delay(FaultPlan.Latency), () => answer.TrySetException(new LinkException()));
        }
    }

    private async Task HandleAsync<T>(ServerNode server, string what, Func<ServerNode, Task<T>> handler, TaskCompletionSource<T> answer)
    {
        var call = ++_calls;
        server.UnderWay.Add(call, (what, Scheduler.Elapsed));
        try
        {
            var result = await handler(server);
            Trace($"{what}: {result}");
            if (!Scheduler.Chance(FaultPlan.Loss))
            {
                Scheduler.Enqueue(Network, Scheduler.Delay(FaultPlan.Latency), () => answer.TrySetResult(result));
            }
        }
        catch (StorageException error)
        {
            Trace($"{what}: {error.Message}");
            Scheduler.Enqueue(Network, Scheduler.Delay(FaultPlan.Latency), () => answer.TrySetException(new LinkException()));
        }
        catch (Exception error)
        {
            // No other exception may reach a client: it would end it.
            _invariants.Break($"{what} threw {error}");
        }
        finally
        {
            server.UnderWay.Remove(call);
        }
    }
}

/// <summary>The connection broke, or the server asked to try again.</summary>
internal sealed class LinkException : Exception;
