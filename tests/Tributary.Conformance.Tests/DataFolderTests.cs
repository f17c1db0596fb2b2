// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Tributary.Conformance.Tests;

/// <summary>Nothing breaks for who has it: what earlier versions wrote is opened, told as it was, and what is open in it is finished.</summary>
public sealed class DataFolderTests
{
    private const string Binary = "application/octet-stream";
    private static readonly TimeSpan LongEnough = TimeSpan.FromHours(1);

    /// <summary>The fields by which the entries of the controller's lists are told apart.</summary>
    private static readonly Dictionary<string, string> Ids = new()
    {
        ["/api/v1/sessions/"] = "session_id",
        ["/api/v1/runs/"] = "run_id",
        ["/api/v1/rounds/"] = "round_id",
        ["/api/v1/models/"] = "model_id",
        ["/api/v1/statuses/"] = "status_id",
        ["/api/v1/validations/"] = "validation_id",
        ["/api/v1/metrics/"] = "metric_id",
        ["/api/v1/attributes/"] = "attribute_id",
        ["/api/v1/telemetry/"] = "telemetry_id",
    };

    public static TheoryData<string> Versions => ["data-folder-0.1.0"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Controller_OnAnEarlierFolder_TellsWhatWasTold(string name)
    {
        using var folder = Open(name);
        await using var server = await ServerProcess.StartAsync(folder.Start, Token);
        using var api = new ControllerApi(server.Controller);

        foreach (var (path, told) in folder.Told["controller"]!.AsObject())
        {
            AssertTold(path, told!.AsArray(), (await api.GetAsync(path, Token))["result"]!.AsArray());
        }

        foreach (var (path, digest) in folder.Told["models"]!.AsObject())
        {
            Assert.Equal(digest!.GetValue<string>(), Digest(await api.Http.GetByteArrayAsync(path.TrimStart('/'), Token)));
        }

        Assert.Equal("numpyhelper", (await api.GetAsync("api/v1/helpers/active", Token)).GetValue<string>());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Data, "spool", "incoming")));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Repository_OnAnEarlierFolder_TellsWhatWasTold(string name)
    {
        using var folder = Open(name);
        await using var server = await ServerProcess.StartAsync(folder.Start, Token);
        using var api = new ControllerApi(server.Repository);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.SendAsync(HttpMethod.Get, "model", null, Token)).Status);
        api.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "fixture-reader");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "model", null, Token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync(HttpMethod.Get, "strategy", null, Token)).Status);
        api.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "fixture-owner");

        foreach (var (path, told) in folder.Told["repository"]!.AsObject())
        {
            var now = await api.GetAsync(path, Token);
            AssertHolds(path, told!, path.StartsWith("/api/v2/", StringComparison.Ordinal) && told is JsonArray ? now["items"]! : now);
        }

        foreach (var (path, digest) in folder.Told["files"]!.AsObject())
        {
            Assert.Equal((path, digest!.GetValue<string>()), (path, Digest(await api.GetBytesAsync(path, Binary))));
        }

        foreach (var (path, digest) in folder.Told["texts"]!.AsObject())
        {
            Assert.Equal((path, digest!.GetValue<string>()), (path, Digest(await api.GetBytesAsync(path, "*/*"))));
        }
    }

    /// <summary>Texts with a null character, and with the one that version 0.1.0 escapes it by.</summary>
    [Fact]
    public async Task NullCharacters_WrittenBy010_AreReplaced()
    {
        using var folder = Open("data-folder-0.1.0");
        await using var server = await ServerProcess.StartAsync(folder.Start, Token);
        using var api = new ControllerApi(server.Controller);
        using var repository = new ControllerApi(server.Repository);
        repository.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "fixture-owner");

        var sessions = (await api.GetAsync("api/v1/sessions/", Token))["result"]!.AsArray();
        Assert.Contains(FreeText("open \0 with a null"), sessions.Select(s => s!["name"]!.GetValue<string>()));
        Assert.Contains(FreeText("print('null \0')"), sessions.Select(s => s!["session_config"]!["server_functions"]?.GetValue<string>()));
        var statuses = (await api.GetAsync("api/v1/statuses/?type=LOG", Token))["result"]!.AsArray();
        Assert.Contains(FreeText("a status with a null \0 and a mark \uFDD0"), statuses.Select(s => s!["status"]!.GetValue<string>()));
        var attributes = (await api.GetAsync("api/v1/attributes/?key=null", Token))["result"]!;
        Assert.Equal(FreeText("a\0b"), Assert.Single(attributes.AsArray())!["value"]!.GetValue<string>());
        var strategy = Assert.Single((await repository.GetAsync("strategy", Token)).AsArray())!;
        Assert.Equal(FreeText("a description with a null \0 and a mark \uFDD0"), strategy["strategy_description"]!.GetValue<string>());
        var models = (await repository.GetAsync("model", Token)).AsArray();
        Assert.Contains((FreeText("null \0 in a name"), "\uFDD0"), models.Select(m => (Text(m!, "model_name"), Text(m!, "model_version"))));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task OpenRounds_ClientsComeBack_AreFinishedWithEachUpdateOnce(string name)
    {
        using var folder = Open(name);
        await using var server = await ServerProcess.StartAsync(folder.Start, Token);
        using var api = new ControllerApi(server.Controller);
        var open = folder.Told["open"]!;
        var (session, round) = (Text(open, "session"), open["round"]!.GetValue<int>());

        // The ledger has an update of client a that weighs 1 and adds 1: of one more in its place, a 100 would be found in the round.
        await using var a = new SteadyPeer(server.Combiner, "a", 100, 1);
        await using var b = new SteadyPeer(server.Combiner, "b", 3, 3);
        await using var c = new SteadyPeer(server.Combiner, "c", 5, 1);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] peers = [a.RunAsync(stopping.Token), b.RunAsync(stopping.Token), c.RunAsync(stopping.Token)];
        await api.FinishedAsync(session, server);

        var finished = await RoundAsync(api, round);
        AssertRound(finished, "Finished", 2, 4);
        Assert.Equal(Text(open, "model"), Text(finished["round_config"]!, "model_id"));
        var begun = await ValuesAsync(api, Text(open, "model"));
        Assert.Equal([12.5f, 22.5f], begun);
        var model = await ModelOfAsync(api, finished);
        Assert.Equal(begun.Select(v => v + 2.5f), await ValuesAsync(api, model));

        // The round after it is the last of the session; both take part in it from its beginning.
        var last = (await api.GetAsync($"api/v1/rounds/?session_id={session}", Token))["result"]![0]!;
        AssertRound(last, "Finished", 2, 4);
        Assert.Equal(begun.Select(v => v + 2.5f + 27.25f), await ValuesAsync(api, await ModelOfAsync(api, last)));
        Assert.Equal((1, 2), (a.Acknowledged.Count, b.Acknowledged.Count));
        Assert.Equal(3, (await api.GetAsync($"api/v1/models/?session_id={session}", Token))["count"]!.GetValue<int>());
        var run = Assert.Single((await api.GetAsync($"api/v1/runs/?session_id={session}", Token))["result"]!.AsArray())!;
        Assert.Equal(await ModelOfAsync(api, last), Text(run, "completed_at_model_id"));

        foreach (var number in new[] { 40, 41 })
        {
            var asked = await Eventually.BecomesAsync(
                $"the end of round {number}", token => RoundAsync(api, number), document => Text(document, "status") != "Pending");
            AssertRound(asked, "Finished", 1, 1);
            var values = await ValuesAsync(api, await ModelOfAsync(api, asked));
            Assert.Equal([15f, 25f], values);
        }

        await stopping.CancelAsync();
        await Task.WhenAll(peers);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task OpenRounds_AfterTheirDeadline_EndWithWhatTheLedgerHolds(string name)
    {
        using var folder = new StoredFolder(name);
        folder.EndOpenRoundsAt(DateTimeOffset.UtcNow - LongEnough);
        await using var server = await ServerProcess.StartAsync(folder.Start, Token);
        using var api = new ControllerApi(server.Controller);
        var open = folder.Told["open"]!;
        var round = open["round"]!.GetValue<int>();

        // The session requires two clients, and so two updates: the one in the ledger is in the record of the round, and makes no model.
        var ended = await Eventually.BecomesAsync(
            "the end of the round", token => RoundAsync(api, round), document => Text(document, "status") != "Pending");
        AssertRound(ended, "Failed", 1, 1);
        Assert.Equal("combiner: 1 usable updates came; the round requires 2", Text(ended, "error"));
        var asked = await Eventually.BecomesAsync(
            "the end of the round that was asked for", token => RoundAsync(api, 40), document => Text(document, "status") != "Pending");
        Assert.Equal("Failed", Text(asked, "status"));
    }

    private static StoredFolder Open(string name)
    {
        var folder = new StoredFolder(name);
        folder.EndOpenRoundsAt(DateTimeOffset.UtcNow + LongEnough);
        return folder;
    }

    /// <summary>Returns what a text of 0.1.0 reads as now: its null characters are replaced when the folder is migrated.</summary>
    private static string FreeText(string text) => text.Replace('\0', '\uFFFD');

    private static string Text(JsonNode document, string field) => document[field]!.GetValue<string>();

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Task<JsonNode> RoundAsync(ControllerApi api, int number) =>
        api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"api/v1/rounds/{number}"), Token);

    private static async Task<float[]> ValuesAsync(ControllerApi api, string model) =>
        NpzModel.Decode(await api.Http.GetByteArrayAsync($"api/v1/models/{model}/download", Token));

    private static async Task<string> ModelOfAsync(ControllerApi api, JsonNode round)
    {
        var models = (await api.GetAsync("api/v1/models/", Token))["result"]!.AsArray();
        return Text(Assert.Single(models, m => m!["round_id"]?.GetValue<string>() == Text(round, "round_id"))!, "model_id");
    }

    private static void AssertRound(JsonNode round, string status, int updates, double weight)
    {
        Assert.Equal(status, Text(round, "status"));
        var combiner = Assert.Single(round["combiners"]!.AsArray())!;
        Assert.Equal(updates, combiner["data"]!["aggregation_time"]!["nr_aggregated_models"]!.GetValue<int>());
        Assert.Equal(weight, combiner["data"]!["total_examples"]!.GetValue<double>());
    }

    /// <summary>All that was told is there in the same order; more may have come.</summary>
    private static void AssertTold(string path, JsonArray told, JsonArray now)
    {
        var id = Ids[path];
        var wanted = told.Select(entry => Text(entry!, id)).ToList();
        var there = now.Where(entry => wanted.Contains(Text(entry!, id))).Select(entry => entry!.DeepClone()).ToArray();
        Assert.Equal(wanted, there.Select(entry => Text(entry, id)));
        AssertHolds(path, told, new JsonArray(there));
    }

    /// <summary>Every field that was told has the value that it had; a version may add some.</summary>
    private static void AssertHolds(string place, JsonNode? told, JsonNode? now)
    {
        switch (told)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    Assert.True(now!.AsObject().ContainsKey(name), $"{place}.{name} is missing");
                    AssertHolds($"{place}.{name}", value, now[name]);
                }

                break;
            case JsonArray entries:
                Assert.True(now is JsonArray there && there.Count == entries.Count, $"{place} was {told} and is {now}");
                for (var i = 0; i < entries.Count; i++)
                {
                    AssertHolds(FormattableString.Invariant($"{place}[{i}]"), entries[i], now![i]);
                }

                break;
            default:
                // A scan by a later version tells its own number.
                var expected = told is JsonValue text && text.TryGetValue(out string? written) ? JsonValue.Create(FreeText(written)) : told;
                Assert.True(
                    place.EndsWith(".scan.version", StringComparison.Ordinal) || JsonNode.DeepEquals(expected, now),
                    $"{place} was {expected?.ToJsonString()} and is {now?.ToJsonString()}");
                break;
        }
    }
}
