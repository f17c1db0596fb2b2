// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;
using Tributary.Protocol.Fedn;

namespace Tributary.Conformance.Tests.Recovery;

/// <summary>
/// The sample's strategy in a real server: brought by a plug-in, with two phases, updates that do not look like the model, and a state; killed
/// at the steps between the phases and started again.
/// </summary>
public sealed class PluginTests : FolderTests
{
    private const int Rounds = 2;

    public static TheoryData<string> KilledAt =>
    [
        "update.ledgered", "round.folded", "round.state", "round.stored", "database.committing@advance a round", "database.committed@advance a round",
        "round.advanced", "round.selected:2", "round.tasked:2", "update.ledgered:3", "round.folded:2", "round.state:2", "round.committed",
        "round.advanced:2", "update.ledgered:7",
    ];

    [Theory]
    [MemberData(nameof(KilledAt))]
    public async Task Server_KilledBetweenPhases_GoesOnWithTheSameResult(string step)
    {
        var start = new ServerStart(Folder.Path)
        {
            CombinerPort = FreePorts.Find(),
            ControllerPort = FreePorts.Find(),
            Environment = new Dictionary<string, string> { ["TRIBUTARY__Server__Plugins"] = ServerProcess.SamplePlugin },
        };
        await using var first = await ServerProcess.StartAsync(start with { KillAt = step }, Token);
        var trained = new TrainedSizes();
        await using var a = new SteadyPeer(first.Combiner, "a", (task, model) => Train(task, model, trained.SizeOf("a", task)), 1);
        await using var b = new SteadyPeer(first.Combiner, "b", (task, model) => Train(task, model, trained.SizeOf("b", task)), 1);
        using var api = new ControllerApi(first.Controller);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] peers = [a.RunAsync(stopping.Token), b.RunAsync(stopping.Token)];
        var seed = await api.UploadModelAsync(NpzModel.Encode(1, 2), Token);
        var session = await api.CreateSessionAsync(
            seed, config => (config["aggregator"], config["clients_required"]) = ("norm-bounded-mean", 2), Token);
        await api.ConnectedAsync(2);
        await api.StartSessionAsync(session, Rounds, Token);
        Assert.Equal(137, await first.WaitForExitAsync());

        await using var second = await ServerProcess.StartAsync(start, Token);
        await api.FinishedAsync(session, second);

        // Round 1: norms √2 and 9·√2, so a bound of 5·√2: the model moves by (1 + 5) / 2. Round 2: norms √2 and 3·√2, whose median 2·√2 is smoothed
        // by the earlier bound to 3.5·√2: nothing is scaled, and the model moves by (1 + 3) / 2. Without the state it would be 1.5.
        var models = (await api.GetAsync($"api/v1/models/?session_id={session}", Token))["result"]!.AsArray();
        Assert.Equal(Rounds, models.Count);
        var bytes = await api.Http.GetByteArrayAsync($"api/v1/models/{models[0]!["model_id"]}/download", Token);
        Assert.Equal([6f, 7f], NpzModel.Decode(bytes).Select(value => MathF.Round(value, 4)));
        var rounds = (await api.GetAsync("api/v1/rounds/", Token))["result"]!.AsArray();
        Assert.All(rounds, round => Assert.Equal("Finished", round!["status"]!.GetValue<string>()));

        await stopping.CancelAsync();
        await Task.WhenAll(peers);
    }

    [Fact]
    public async Task Server_PluginThatIsNone_SaysSo()
    {
        var (code, _) = await ServerProcess.RunAsync(
            null, ["serve", "--data", Folder.Path, "--set", $"Server:Plugins={typeof(PluginTests).Assembly.Location}"], Token);

        Assert.Equal(1, code);
    }

    /// <summary>Trains as the sample's README says.</summary>
    private static byte[] Train(TaskRequest task, byte[] bytes, double size)
    {
        using var source = ByteSource.FromMemory(bytes);
        using var reader = ParameterCodecs.Get("npz").Open(source, DecodeLimits.Default);
        using var received = ParameterSet.Allocate(reader.Layout);
        reader.ReadInto(received, DecodeOptions.Default, Token);
        var norm = size * Math.Sqrt(2);
        if (JsonNode.Parse(task.Data)!["phase"] is null)
        {
            using var own = ParameterSet.Allocate(new ParameterLayout([new ArraySpec("norm", ElementType.Float64, [1])]));
            own.Values<double>(0)[0] = norm;
            using var stream = new MemoryStream();
            ParameterCodecs.Get("npz").Write(own, stream, Token);
            return stream.ToArray();
        }

        var bound = received.Values<double>(received.Layout.IndexOf("bound"))[0];
        return NpzModel.Encode([.. received.Values<float>(received.Layout.IndexOf("0")).ToArray().Select(x => (float)(x + (size * Math.Min(1, bound / norm))))]);
    }

    /// <summary>How far each client moves the model in a round, the same in both phases and after a restart.</summary>
    private sealed class TrainedSizes
    {
        private readonly Lock _lock = new();
        private readonly List<string> _rounds = [];

        public double SizeOf(string client, TaskRequest task)
        {
            var round = JsonNode.Parse(task.Data)!["round_id"]!.GetValue<string>();
            lock (_lock)
            {
                if (!_rounds.Contains(round))
                {
                    _rounds.Add(round);
                }

                return client == "a" ? 1 : _rounds.IndexOf(round) == 0 ? 9 : 3;
            }
        }
    }
}
