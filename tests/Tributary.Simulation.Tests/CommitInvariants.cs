// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Tributary.Core.Models;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using static Tributary.Simulation.Tests.Invariants;

namespace Tributary.Simulation.Tests;

/// <summary>What holds of the results of rounds: each is that of its ledger, of the model that was trained from and of the state that belongs to it.</summary>
internal sealed class CommitInvariants(SimulatedCluster cluster)
{
    private readonly MemoryDisk _disk = cluster.Disk;

    // Kept here, because the server removes them once others follow.
    private readonly Dictionary<ModelId, byte[]?> _states = [];
    private readonly Dictionary<(long Round, int Phase), byte[]?> _phaseStates = [];

    /// <summary>The clients of a phase are those whose update counted in the one before; its result is that of its updates.</summary>
    public void CheckPhases(RoundRecord round)
    {
        foreach (var selection in _disk.Selections.Where(s => s.Round == round.Number && s.Phase > 1))
        {
            var counted = Accepted(round, selection.Phase - 1).Select(u => u.Client);
            Require(selection.Clients.ToHashSet().SetEquals(counted), $"phase {selection.Phase} of round {round.Number} has other clients than those that counted before it");
        }

        var ended = round.Phase - 1;
        if (round.PhaseResult is { } result && !_phaseStates.ContainsKey((round.Number, ended)))
        {
            _phaseStates.Add((round.Number, ended), CheckResult(round, ended, result.Model, result.State));
        }
    }

    /// <summary>I3, I4: what was accepted is in the commit, by its weight, and nothing else; the bits are those of a run from scratch.</summary>
    public void CheckCommit(RoundRecord round, ModelRecord model)
    {
        var accepted = Accepted(round, round.Phase);
        var entry = round.Combiners.Single();
        Require(entry.Aggregated == accepted.Count, $"round {round.Number} counts {entry.Aggregated} of {accepted.Count} accepted updates");
        Require(entry.Weight == accepted.Sum(u => u.Weight), $"round {round.Number} weighs {entry.Weight}; its updates {accepted.Sum(u => u.Weight)}");
        Require(accepted.All(u => u.Weight == cluster.Acknowledgements.Weights[u.Upload]), "a weight is not the one that was offered");
        Require(accepted.Count >= FindRequired(round), $"round {round.Number} has {accepted.Count} updates; it requires {FindRequired(round)}");
        Require(Sha256(_disk.ModelBytes[model.Id]) == model.Data.Sha256, "the digest is not that of the bytes");
        _states.Add(model.Id, CheckResult(round, round.Phase, model.Id, model.State));
    }

    /// <summary>A round fails for want of updates alone.</summary>
    public void CheckFailure(RoundRecord round) => Require(
        !_disk.Selections.Exists(s => s.Round == round.Number && s.Phase == round.Phase) || Accepted(round, round.Phase).Count < FindRequired(round),
        $"round {round.Number} failed though it had its updates");

    /// <summary>The newest model of a session has the state of the strategy, and no other has one.</summary>
    public void CheckStates()
    {
        foreach (var models in _disk.Models.Where(m => m.Session is not null).GroupBy(m => m.Session))
        {
            var newest = models.Last();
            Require(models.All(m => m == newest || m.State is null), $"an earlier model of {models.Key} than {newest.Id} has a state");
            if (newest.State is { } state)
            {
                var bytes = _disk.ModelBytes.GetValueOrDefault(ModelState.KeyOf(newest.Id));
                Require(bytes is not null && Sha256(bytes) == state.Data.Sha256, $"the state of {newest.Id} is lost");
            }
        }
    }

    /// <summary>Nothing is stored that no record names.</summary>
    public void CheckEnd()
    {
        var named = _disk.Models.SelectMany(m => m.State is null ? [m.Id] : new[] { m.Id, ModelState.KeyOf(m.Id) }).ToHashSet();
        Require(named.SetEquals(_disk.ModelBytes.Keys), $"left over in the store: {string.Join(", ", _disk.ModelBytes.Keys.Except(named))}");
        var kept = _disk.Updates.Where(u => _disk.UploadBytes.ContainsKey(u.Upload)).Select(u => u.Upload);
        Require(!kept.Any(), $"left over in the spool: {string.Join(", ", kept)}");
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private byte[]? CheckResult(RoundRecord round, int phase, ModelId id, ModelState? state)
    {
        var before = phase > 1 ? _phaseStates[(round.Number, phase - 1)] : _states.GetValueOrDefault(round.Plan.Model);
        var (parameters, next) = RoundReplay.Run(cluster, round, phase, before);
        Require(_disk.ModelBytes[id].AsSpan().SequenceEqual(parameters), $"phase {phase} of round {round.Number} has another result than its updates");
        Require(
            next is null
                ? state is null
                : state?.Strategy == round.Plan.Settings.Aggregator && state.Data.Sha256 == Sha256(next) && _disk.ModelBytes[ModelState.KeyOf(id)].AsSpan().SequenceEqual(next),
            $"phase {phase} of round {round.Number} has another state than its updates");
        return next;
    }

    private List<AcceptedUpdate> Accepted(RoundRecord round, int phase) => _disk.Updates.FindAll(u => u.Scope == UpdateScope.OfRound(round.Number, phase));

    /// <summary>Returns the smallest number of updates that end a phase well.</summary>
    private int FindRequired(RoundRecord round)
    {
        var settings = round.Plan.Settings;
        var selected = _disk.Selections.Find(s => s.Round == round.Number && s.Phase == round.Phase)!.Clients.Count;
        return Math.Max(1, Math.Min(settings.ClientsRequired, settings.BufferSize > 0 ? Math.Min(settings.BufferSize, selected) : selected));
    }
}
