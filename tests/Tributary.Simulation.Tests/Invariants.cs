// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Clients;
using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;

namespace Tributary.Simulation.Tests;

/// <summary>What holds at every step, whatever goes wrong. Reads the disk, never the server.</summary>
internal sealed class Invariants(SimulatedCluster cluster)
{
    /// <summary>A round may stay open so long beyond its deadline: a restart, the wait of the runner for its stores, repeated a few times.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(90);

    private readonly Dictionary<long, ModelData> _committed = [];
    private readonly Dictionary<long, RoundStatus> _statuses = [];
    private readonly MemoryDisk _disk = cluster.Disk;
    private readonly CommitInvariants _commits = new(cluster);
    private int _ledgered;
    private long _checked = -1;
    private readonly Dictionary<CoordinationKey, long> _epochs = [];
    private string? _broken;

    /// <summary>Whether every client that a finished round of a session selected has validated its model.</summary>
    public bool IsValidated
    {
        get
        {
            var validated = FindValidated();
            return _disk.Rounds.Values
                .Where(r => r.RunId is not null && r.Status == RoundStatus.Finished)
                .All(r => _disk.Selections.Find(s => s.Round == r.Number)!.Clients.All(client => validated.Contains((r.Output, client))));
        }
    }

    public void Break(string what) => _broken ??= what;

    public void Check()
    {
        Require(_broken is null, _broken ?? "");
        foreach (var round in _disk.Rounds.Values)
        {
            if (round.Status == RoundStatus.Pending && _disk.Selections.Find(s => s.Round == round.Number && s.Phase == round.Phase) is { } selection)
            {
                Require(cluster.Scheduler.Now < selection.Deadline + Grace, $"round {round.Number} is open since long after its deadline");
            }
        }

        if (_checked == _disk.Version)
        {
            return;
        }

        _checked = _disk.Version;
        foreach (var round in _disk.Rounds.Values)
        {
            CheckRound(round);
        }

        CheckLedger();
        CheckLineage();
        _commits.CheckStates();
        CheckDirectRounds();
        CheckEpochs();
    }

    public void CheckEnd(ServerNode server)
    {
        Check();
        _commits.CheckEnd();
        Require(_disk.Rounds.Values.All(r => r.Status is not (RoundStatus.Pending or RoundStatus.Success)), "a round has not ended");
        foreach (var session in _disk.Sessions)
        {
            var isTerminated = session.Status == SessionStatus.Terminated;
            var isAsked = cluster.FaultPlan.Termination is not null && session == _disk.Sessions[0];
            Require(isTerminated ? isAsked : session.Status == SessionStatus.Finished, $"{session.Id} is {session.Status}");

            // A start whose answer was lost is asked for again, and begins another run if the first is over by then.
            var expected = session.Config.Rounds * _disk.Runs.Count(run => run.Session == session.Id);
            var found = cluster.RoundsOf(session.Id).ToList();
            Require(found.Count == expected || (isTerminated && found.Count < expected), $"{session.Id} has {found.Count} rounds; expected {expected}");
            Require(isTerminated || found.TrueForAll(r => r.Status != RoundStatus.Terminated), $"a round was terminated though {session.Id} was not");
        }

        Require(server.Roster.ListActive().All(client => client.TrainingTasks == 0), "a client has a task although no round is open and none follows");
        Require(server.Stores.DecodedSets.IsEmpty, $"left over in the spool: {string.Join(", ", server.Stores.DecodedSets.Keys)}");
    }

    private void CheckRound(RoundRecord round)
    {
        var before = _statuses.GetValueOrDefault(round.Number, RoundStatus.Pending);
        Require(
            before == round.Status || before == RoundStatus.Pending || (before, round.Status) == (RoundStatus.Success, RoundStatus.Finished),
            $"round {round.Number} went from {before} to {round.Status}");
        _statuses[round.Number] = round.Status;
        _commits.CheckPhases(round);
        if (round.Status == RoundStatus.Failed && before == RoundStatus.Pending)
        {
            _commits.CheckFailure(round);
        }

        var models = _disk.Models.FindAll(m => m.Round == round.Number);
        if (round.Status is not (RoundStatus.Success or RoundStatus.Finished))
        {
            Require(models.Count == 0, $"round {round.Number} has a model and is {round.Status}");
            return;
        }

        // I1: one model, one hash, and it is that of the bytes.
        Require(models.Count == 1 && models[0].Id == round.Output, $"round {round.Number} has {models.Count} models");
        Require(_committed.TryAdd(round.Number, models[0].Data) == (before == RoundStatus.Pending), $"round {round.Number} was committed twice");
        Require(_committed[round.Number] == models[0].Data, $"the model of round {round.Number} has changed");
        if (before == RoundStatus.Pending)
        {
            _commits.CheckCommit(round, models[0]);
        }
    }

    private void CheckLedger()
    {
        // I2: at most once for each round and client, and each upload once.
        Require(_disk.Updates.DistinctBy(u => (u.Scope, u.Client)).Count() == _disk.Updates.Count, "a client counts twice in a round");
        Require(_disk.Updates.DistinctBy(u => (u.TrainedIn, u.Client)).Count() == _disk.Updates.Count, "a training counts twice");
        Require(_disk.Updates.DistinctBy(u => u.Upload).Count() == _disk.Updates.Count, "an upload counts twice");
        for (; _ledgered < _disk.Updates.Count; _ledgered++)
        {
            CheckAccepted(_disk.Updates[_ledgered]);
        }

        foreach (var update in cluster.Acknowledgements.Accepted)
        {
            var accepted = _disk.Updates.Find(u => u.Upload == update);
            Require(accepted is not null, $"the acknowledged update {update} is lost");
            Require(RoundOf(accepted!).Status != RoundStatus.Pending || _disk.UploadBytes.ContainsKey(update), $"the bytes of the acknowledged {update} are lost");
        }

        // One round may have been about to open when the session was ended; it ends without a model, and none follows.
        foreach (var (session, count) in cluster.Acknowledgements.RoundsAtTermination)
        {
            Require(cluster.RoundsOf(session).Count() <= count + 1, $"rounds are opened although {session} was terminated");
        }

        var validated = FindValidated();
        Require(cluster.Acknowledgements.Validated.TrueForAll(validated.Contains), "an acknowledged validation is lost");
        foreach (var update in cluster.Acknowledgements.Counted)
        {
            var task = cluster.Acknowledgements.Tasks[update];
            Require(
                _disk.Updates.Exists(u => u.Client == task.Client && u.TrainedIn == UpdateScope.OfRound(task.Round, task.Plan!.Phase)),
                $"{task.Client} was told that it counts for round {task.Round}, and does not");
        }
    }

    /// <summary>An update counts in the phase that it was trained in, or late in a round of its session, by the models committed since.</summary>
    private void CheckAccepted(AcceptedUpdate update)
    {
        var task = cluster.Acknowledgements.Tasks[update.Upload];
        var (round, trainedIn) = (RoundOf(update), _disk.Rounds[task.Round]);
        var staleness = cluster.CountStaleness(round, update.Upload);
        Require(task.Client == update.Client && IsFor(update, task), $"update {update.Upload} of round {task.Round} counts in {update.Scope}");
        Require(update.Staleness == staleness, $"update {update.Upload} has the staleness {update.Staleness}; expected {staleness}");
        Require(update.Origin == (staleness == 0 ? null : trainedIn.Plan.Model), $"update {update.Upload} was trained from {trainedIn.Plan.Model}, not from {update.Origin}");
        Require(
            _disk.Selections.Exists(s => s.Round == task.Round && s.Phase == task.Plan!.Phase && s.Clients.Contains(task.Client)),
            $"{task.Client} counts and was not selected in round {task.Round}");
        Require(
            update.TrainedIn == UpdateScope.OfRound(task.Round, task.Plan!.Phase), $"update {update.Upload} of round {task.Round} counts as one of {update.TrainedIn}");
    }

    private RoundRecord RoundOf(AcceptedUpdate update) => _disk.Rounds[long.Parse(update.Scope.Value.Split('.')[1], CultureInfo.InvariantCulture)];

    /// <summary>Returns whether an update may answer a task: in its phase or, if the strategy takes late updates, in a later round of the session.</summary>
    private bool IsFor(AcceptedUpdate update, ClientTask task)
    {
        var (strategy, values) = SessionMix.Strategies.Get(task.Plan!.Settings.Aggregator, task.Plan.Settings.AggregatorParameters);
        var round = RoundOf(update);
        return update.Scope == UpdateScope.OfRound(task.Round, task.Plan.Phase)
            || (round.Number > task.Round && round.Plan.Session == task.Session && update.Staleness <= strategy.GetMaxStaleness(values) && strategy.GetMaxStaleness(values) > 0);
    }

    private HashSet<(ModelId Model, ClientId Client)> FindValidated() =>
        [.. _disk.Reports.OfType<ValidationReport>().Select(v => (ModelId.Parse(v.Model), ClientId.Parse(v.Sender!.ClientId)))];

    private void CheckLineage()
    {
        var newest = new Dictionary<SessionId, ModelId>();
        foreach (var model in _disk.Models.Where(m => m.Id != cluster.SeedModel))
        {
            var parent = model.Session is { } session ? newest.GetValueOrDefault(session, cluster.SeedModel) : cluster.SeedModel;
            Require(model.Parent == parent, $"the parent of {model.Id} is {model.Parent}; expected {parent}");
            if (model.Session is { } of)
            {
                newest[of] = model.Id;
            }
        }
    }

    private void CheckDirectRounds()
    {
        var said = cluster.Acknowledgements;
        Require(said.Started.All(number => _disk.Rounds[number].RunId is null), "a direct round that was answered as started is not there");
        foreach (var round in _disk.Rounds.Values.Where(r => r.RunId is null))
        {
            Require(round.Status != RoundStatus.Terminated || said.IsStopAsked, $"direct round {round.Number} was terminated though none was stopped");
            Require(round.Status == RoundStatus.Terminated || !said.Stopped.Contains(round.Plan.JobId), $"direct round {round.Number} was stopped and is {round.Status}");
        }
    }

    /// <summary>I6: whoever led a key before cannot commit. Tried for real, with a commit that is fine but for its epoch.</summary>
    private void CheckEpochs()
    {
        foreach (var (key, epoch) in _disk.Epochs)
        {
            if (_epochs.GetValueOrDefault(key) == epoch)
            {
                continue;
            }

            _epochs[key] = epoch;
            if (_disk.Rounds.Values.FirstOrDefault(r => r.Status == RoundStatus.Pending && KeyOf(r) == key) is { } pending)
            {
                var commit = new RoundCommit
                {
                    Round = pending.Number,
                    Epoch = new LeaderEpoch(key, epoch - 1),
                    Combiners = [],
                    Times = new RoundTimes(0, 0),
                    Model = _disk.Models[0] with { Id = pending.Output },
                };
                var outcome = new MemoryStores(_disk, StoreInterceptor.None).Rounds.CommitAsync(commit, CancellationToken.None);
                Require(outcome is { IsCompletedSuccessfully: true, Result: CommitOutcome.StaleEpoch }, "a stale epoch has committed");
            }
        }

        static CoordinationKey KeyOf(RoundRecord round) =>
            round.RunId is null ? new CoordinationKey("direct", ServerNode.Combiner) : SessionRunner.KeyOf(SessionId.Parse(round.Plan.Session));
    }

    internal static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
