// SPDX-License-Identifier: Apache-2.0

using System.Net.Sockets;

namespace Tributary.Conformance.Tests.Recovery;

/// <summary>A real server is killed at each step that changes durable state, and started again on the same folder.</summary>
public sealed class KillTests : FolderTests
{
    private const int Rounds = 2;

    // The start of a server syncs three folders, and the upload of the seed syncs, renames and syncs once: the steps counted are the clients'.
    public static TheoryData<string> KilledAt =>
    [
        "session.started",
        "round.opened", "round.selected", "round.tasked",
        "upload.appended", "file.syncing:2", "file.synced:2", "file.renamed:2", "folder.synced:5", "upload.published", "upload.recorded",
        "update.decoded", "update.ledgered", "update.ledgered:2",
        "round.closed", "round.folded", "round.encoded", "round.stored", "round.committed", "round.finished",
        "round.opened:2", "update.ledgered:3", "round.stored:2", "round.committed:2", "round.finished:2",
        "session.completed",
        "validation.requested", "validation.recorded", "validation.recorded:2", "validation.requested:2", "validation.recorded:3", "validation.recorded:4",
        "database.committing@start a run", "database.committing@open a round", "database.committing@record an upload",
        "database.committing@accept updates", "database.committed@accept updates",
        "database.committing@commit a round", "database.committed@commit a round",

        // The third sync and rename after the seed's are those of the round's model.
        "file.syncing:4", "file.synced:4", "file.renamed:4",
    ];

    [Theory]
    [MemberData(nameof(KilledAt))]
    public async Task Server_KilledAtStepAndRestarted_LosesNoAcknowledgedUpdateAndNoCommittedRound(string step)
    {
        var start = new ServerStart(Folder.Path) { CombinerPort = FreePorts.Find(), ControllerPort = FreePorts.Find() };
        await using var first = await ServerProcess.StartAsync(start with { KillAt = step }, Token);

        // One client would do; but both were there before the kill, and so both have to be in every round after it.
        // Client a weighs 1 and adds 1, client b weighs 3 and adds 3: a round adds (1·1 + 3·3) / 4 = 2.5.
        await using var a = new SteadyPeer(first.Combiner, "a", 1, 1);
        await using var b = new SteadyPeer(first.Combiner, "b", 3, 3);
        using var api = new ControllerApi(first.Controller);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] peers = [a.RunAsync(stopping.Token), b.RunAsync(stopping.Token)];

        var seed = await api.UploadModelAsync(NpzModel.Encode(1, 2), Token);
        var session = await api.CreateSessionAsync(seed, config => (config["clients_required"], config["validate"]) = (1, true), Token);
        await api.ConnectedAsync(2);
        var isAcknowledged = await StartDespiteTheKillAsync(api, session);
        Assert.Equal(137, await first.WaitForExitAsync());

        await using var second = await ServerProcess.StartAsync(start, Token);
        if (!isAcknowledged && (await api.GetAsync($"api/v1/sessions/{session}", Token))["status"]!.GetValue<string>() == "Created")
        {
            // Killed before the start was durable, and so before it was acknowledged: it has to be said again.
            await api.ConnectedAsync(2);
            await api.StartSessionAsync(session, Rounds, Token);
        }

        await api.FinishedAsync(session, second);

        var rounds = (await api.GetAsync("api/v1/rounds/", Token))["result"]!.AsArray();
        Assert.Equal(Rounds, rounds.Count);
        Assert.All(rounds, round => AssertWhole(round!));
        var models = await api.GetAsync($"api/v1/models/?session_id={session}", Token);
        Assert.Equal(Rounds, models["count"]!.GetValue<int>());
        await ValidatedAsync(api, [.. models["result"]!.AsArray().Select(model => model!["model_id"]!.GetValue<string>())]);
        var newest = models["result"]![0]!;
        var bytes = await api.Http.GetByteArrayAsync($"api/v1/models/{newest["model_id"]}/download", Token);
        Assert.Equal([1 + (Rounds * 2.5f), 2 + (Rounds * 2.5f)], NpzModel.Decode(bytes));

        await stopping.CancelAsync();
        await Task.WhenAll(peers);
    }

    /// <summary>Both clients' updates are in the round, each once.</summary>
    private static void AssertWhole(JsonNode round)
    {
        Assert.Equal("Finished", round["status"]!.GetValue<string>());
        var combiner = Assert.Single(round["combiners"]!.AsArray())!;
        Assert.Equal(2, combiner["data"]!["aggregation_time"]!["nr_aggregated_models"]!.GetValue<int>());
        Assert.Equal(4, combiner["data"]!["total_examples"]!.GetValue<double>());
    }

    /// <summary>Every client's validation of every model is there, or comes by itself.</summary>
    private static Task<HashSet<string>> ValidatedAsync(ControllerApi api, IReadOnlyList<string> models) =>
        Eventually.BecomesAsync(
            $"the validations of {string.Join(", ", models)}",
            async token =>
            {
                var validations = (await api.GetAsync("api/v1/validations/", token))["result"]!.AsArray();
                return validations.Select(v => $"{v!["model_id"]} by {v["sender"]!["client_id"]}").ToHashSet();
            },
            found => found.SetEquals(models.SelectMany(model => new[] { $"{model} by a", $"{model} by b" })));

    /// <summary>Whether the start was acknowledged; a server that died on the way may have it all the same.</summary>
    private static async Task<bool> StartDespiteTheKillAsync(ControllerApi api, string session)
    {
        try
        {
            await api.StartSessionAsync(session, Rounds, Token);
            return true;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or SocketException)
        {
            return false;
        }
    }
}
