// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Simulation.Tests;

/// <summary>What holds at every step, whatever goes wrong. Reads the disk, never the server.</summary>
internal sealed class Invariants(SimulatedCluster cluster)
{
    /// <summary>A round may stay open so long beyond its deadline: a restart, the wait of the runner for its stores, repeated a few times.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan LongestCall = TimeSpan.FromHours(2);

    private readonly Dictionary<long, ModelData> _committed = [];
    private readonly Dictionary<long, RoundStatus> _statuses = [];
    private readonly MemoryDisk _disk = cluster.Disk;
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
            if (round.Status == RoundStatus.Pending && _disk.Selections.Find(s => s.Round == round.Number) is { } selection)
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
        CheckDirectRounds();
        CheckEpochs();
    }

    public void CheckEnd(int rounds)
    {
        Check();
        Require(_disk.Rounds.Values.All(r => r.Status is not (RoundStatus.Pending or RoundStatus.Success)), "a round has not ended");
        foreach (var session in _disk.Sessions)
        {
            var isTerminated = session.Status == SessionStatus.Terminated;
            var isAsked = cluster.FaultPlan.Termination is not null && session == _disk.Sessions[0];
            Require(isTerminated ? isAsked : session.Status == SessionStatus.Finished, $"{session.Id} is {session.Status}");

            // A start whose answer was lost is asked for again, and begins another run if the first is over by then.
            var expected = rounds * _disk.Runs.Count(run => run.Session == session.Id);
            var found = cluster.RoundsOf(session.Id).ToList();
            Require(found.Count == expected || (isTerminated && found.Count < expected), $"{session.Id} has {found.Count} rounds; expected {expected}");
            Require(isTerminated || found.TrueForAll(r => r.Status != RoundStatus.Terminated), $"a round was terminated though {session.Id} was not");
        }

        if (cluster.Server is { } server)
        {
            var stuck = server.UnderWay.Values.Where(call => cluster.Scheduler.Elapsed - call.Since > LongestCall).Select(call => call.What);
            Require(!stuck.Any(), $"calls are never answered: {string.Join(", ", stuck)}");
        }
    }

    private void CheckRound(RoundRecord round)
    {
        var before = _statuses.GetValueOrDefault(round.Number, RoundStatus.Pending);
        Require(
            before == round.Status || before == RoundStatus.Pending || (before, round.Status) == (RoundStatus.Success, RoundStatus.Finished),
            $"round {round.Number} went from {before} to {round.Status}");
        _statuses[round.Number] = round.Status;
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
            CheckCommit(round, models[0]);
        }
    }

    /// <summary>I3, I4: what was accepted is in the commit, by its weight, and nothing else; the bits are those of a fold from scratch.</summary>
    private void CheckCommit(RoundRecord round, ModelRecord model)
    {
        var accepted = _disk.Updates.Where(u => u.Scope == UpdateScope.OfRound(round.Number, 1)).OrderBy(u => u.Client).ToList();
        var entry = round.Combiners.Single();
        Require(entry.Aggregated == accepted.Count, $"round {round.Number} counts {entry.Aggregated} of {accepted.Count} accepted updates");
        Require(entry.Weight == accepted.Sum(u => u.Weight), $"round {round.Number} weighs {entry.Weight}; its updates {accepted.Sum(u => u.Weight)}");
        Require(accepted.All(u => u.Weight == cluster.Acknowledgements.Weights[u.Upload]), "a weight is not the one that was offered");
        var bytes = _disk.ModelBytes[model.Id];
        Require(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)) == model.Data.Sha256, "the digest is not that of the bytes");
        Require(bytes.AsSpan().SequenceEqual(Fold(accepted.ConvertAll(u => (cluster.Acknowledgements.Uploads[u.Upload], u.Weight)))), "the model is not the mean");
    }

    private void CheckLedger()
    {
        // I2: at most once for each round and client, and each upload once.
        Require(_disk.Updates.DistinctBy(u => (u.Scope, u.Client)).Count() == _disk.Updates.Count, "a client counts twice in a round");
        Require(_disk.Updates.DistinctBy(u => u.Upload).Count() == _disk.Updates.Count, "an upload counts twice");
        foreach (var (round, client, update) in cluster.Acknowledgements.Accepted)
        {
            Require(_disk.Updates.Exists(u => u.Scope == UpdateScope.OfRound(round, 1) && u.Client == client && u.Upload == update), $"the acknowledged update {update} is lost");
            Require(
                _disk.Rounds[round].Status != RoundStatus.Pending || _disk.UploadBytes.ContainsKey(update), $"the bytes of the acknowledged {update} are lost");
        }

        // One round may have been about to open when the session was ended; it ends without a model, and none follows.
        foreach (var (session, count) in cluster.Acknowledgements.RoundsAtTermination)
        {
            Require(cluster.RoundsOf(session).Count() <= count + 1, $"rounds are opened although {session} was terminated");
        }

        var validated = FindValidated();
        Require(cluster.Acknowledgements.Validated.TrueForAll(validated.Contains), "an acknowledged validation is lost");
        foreach (var (round, client) in cluster.Acknowledgements.Counted)
        {
            Require(_disk.Updates.Exists(u => u.Scope == UpdateScope.OfRound(round, 1) && u.Client == client), $"{client} was told that it counts in round {round}, and does not");
        }
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

    private static byte[] Fold(List<(byte[] Bytes, double Weight)> updates)
    {
        var sets = new List<ParameterSet>();
        foreach (var (bytes, _) in updates)
        {
            using var reader = ParameterCodecs.Get("npz").Open(ByteSource.FromMemory(bytes), DecodeLimits.Default);
            var set = ParameterSet.Allocate(reader.Layout);
            reader.ReadInto(set, DecodeOptions.Default, CancellationToken.None);
            sets.Add(set);
        }

        using var mean = ParameterSet.Allocate(sets[0].Layout);
        WeightedMean.Fold(sets, [.. updates.Select(u => u.Weight)], mean, 1, CancellationToken.None);
        sets.ForEach(set => set.Dispose());
        using var stream = new MemoryStream();
        ParameterCodecs.Get("npz").Write(mean, stream, CancellationToken.None);
        return stream.ToArray();
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
