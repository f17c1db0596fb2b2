// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using static Tributary.Repository.Tests.ScanSamples;

namespace Tributary.Repository.Tests;

/// <summary>Under <c>enforce</c> no route serves what is not allowed, however and whenever it came in.</summary>
public sealed class QuarantineTests : RepositoryTests
{
    private static readonly (RepositoryKind Kind, string[] Key, string Name, string Document)[] Places =
    [
        (RepositoryKind.Model, ["m", "1"], "model/m/1", ModelJson),
        (RepositoryKind.TrainingResult, ["m", "1", "7"], "weights/m/1/3", """{"model_name":"m","model_version":"1","training_id":"7"}"""),
        (RepositoryKind.Strategy, ["s"], "strategy/s", """{"strategy_name":"s"}"""),
        (RepositoryKind.Transformation, ["t"], "transformation/t", """{"id":"t"}"""),
    ];

    public static TheoryData<string, string?> Routes => new()
    {
        { "/model/m/1", null },
        { "/training-results/weights/m/1/7", null },
        { "/training-results/weights/m/1/7", "application/octet-stream" },
        { "/strategy/s", null },
        { "/transformation/t", null },
        { "/models/download/shell/model_m_1", "application/octet-stream" },
        { "/models/download/shell/m/1/3", "application/octet-stream" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Enforce_ServesNoImportedFileThatIsNotAllowed(string path, string? accept)
    {
        await using var host = await StartAsync("enforce");
        await ImportAsync(host, Evil);

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                (403, """{"detail":"The file is in quarantine: the pickle imports os.system"}"""),
                await GetAsync(host, path, accept).ReadAsync());
        }

        Assert.Empty(host.Incoming);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Report_ServesAnImportedFileWithAWarning(string path, string? accept)
    {
        await using var host = await StartAsync("report");
        await ImportAsync(host, Evil);

        using var answer = await GetAsync(host, path, accept);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("the pickle imports os.system", answer.Headers.GetValues("X-FL-Warning").Single());
        var bytes = await answer.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(Evil, path.StartsWith("/training", StringComparison.Ordinal) && accept is null ? Convert.FromBase64String(Encoding.ASCII.GetString(bytes)) : bytes);
    }

    [Fact]
    public async Task Enforce_ScansAnImportedFileOnceAndKeepsWhatItFound()
    {
        await using (var host = await StartAsync("enforce"))
        {
            await ImportAsync(host, [.. Arrays, .. Arrays]);
            Assert.Null((await FindFileAsync(host))["scan"]);
            Assert.Equal((byte[])[.. Arrays, .. Arrays], await host.GetBytesAsync("/model/m/1"));
        }

        await using var restarted = await StartAsync("enforce");
        var scan = (await FindFileAsync(restarted))["scan"]!;
        Assert.Equal("numpy.ndarray", (string)scan["pickles"]![0]!["imports"]![0]!);
        Assert.Empty(scan["warnings"]!.AsArray());
    }

    [Theory]
    [InlineData("off")]
    [InlineData("report")]
    public async Task SwitchToEnforce_CoversWhatIsThereAlready(string before)
    {
        await using (var host = await StartAsync(before))
        {
            await host.PostAsync("/model", ModelJson);
            Assert.Equal(204, await host.PutFileAsync("/model/m/1", Evil).StatusAsync());
        }

        await using (var host = await StartAsync("enforce"))
        {
            Assert.Equal(403, await host.GetAsync("/model/m/1").StatusAsync());
        }

        // What is allowed is decided when a file is asked for.
        await using (var host = await StartAsync("enforce", ("Repository:AllowedImports:Models:0", "os.system")))
        {
            using var served = await host.GetAsync("/model/m/1");
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.False(served.Headers.Contains("X-FL-Warning"));
        }

        await using (var host = await StartAsync("enforce"))
        {
            Assert.Equal(403, await host.GetAsync("/model/m/1").StatusAsync());
        }
    }

    [Theory]
    [InlineData("""{"pickles":[],"warnings":[]}""")]
    [InlineData("""{"version":1,"pickles":[],"faults":[],"warnings":[]}""")]
    [InlineData("""{"version":2,"pickles":[],"faults":[],"warnings":[]}""")]
    public async Task Enforce_DoesNotTakeAnEarlierScanForOne(string scan)
    {
        await using var host = await StartAsync("enforce");
        await ImportAsync(host, Evil, scan);

        Assert.Equal(403, await host.GetAsync("/model/m/1").StatusAsync());
    }

    /// <summary>What the version before took for harm is looked at again.</summary>
    [Theory]
    [InlineData("""[{"member":null,"protocol":0,"imports":["os.system"],"unnamed":[],"calls":0,"problem":"p","trailing":0}]""", "[]")]
    [InlineData("[]", "[\"'dir\\\\w.npy' leads out of the folder that the archive is unpacked to\"]")]
    public async Task Enforce_ServesWhatOnlyTheScanBeforeTookForHarm(string pickles, string faults)
    {
        await using var host = await StartAsync("enforce");
        await ImportAsync(host, "cat\ndog\ncar\n"u8.ToArray(), $$"""{"version":3,"pickles":{{pickles}},"faults":{{faults}},"warnings":[]}""");

        Assert.Equal(200, await host.GetAsync("/model/m/1").StatusAsync());
    }

    /// <summary>A scan of this version once looked into archives within archives: what it found stands.</summary>
    [Theory]
    [InlineData(null, 403)]
    [InlineData("numpy.ndarray", 200)]
    [InlineData("os.system", 403)]
    public async Task Enforce_TakesWhatWasSeenInAnInnerArchive(string? import, int status)
    {
        var pickle = $$"""{"member":"in.pt/a","protocol":2,"imports":["{{import}}"],"unnamed":[],"calls":0,"problem":null,"trailing":0}""";
        await using var host = await StartAsync("enforce");
        await ImportAsync(
            host, Zip(("in.pt", Zip(("a", Arrays)))), import is null ? null : $$"""{"version":3,"pickles":[{{pickle}}],"faults":[],"warnings":[]}""");

        Assert.Equal(status, await host.GetAsync("/model/m/1").StatusAsync());
    }

    [Fact]
    public async Task Enforce_DoesNotTakeAScanFromADump()
    {
        const string Clean = """{"version":3,"pickles":[],"faults":[],"warnings":[]}""";
        using var written = new MemoryStream();
        await using (var host = await RepositoryHost.StartAsync(Folder.Combine("other")))
        {
            await ImportAsync(host, Evil, Clean);
            await RepositoryDump.WriteAsync(host.Transfer, written, Token);
        }

        var text = Encoding.Latin1.GetString(written.ToArray());
        Assert.DoesNotContain("scan", text, StringComparison.Ordinal);
        var forged = text[..(text.LastIndexOf("{\"end\"", StringComparison.Ordinal))].Replace(
            ",\"uploaded_at\"", $",\"notes\":{{\"scan\":{JsonValue.Create(Clean).ToJsonString()}}},\"uploaded_at\"", StringComparison.Ordinal);
        Assert.Contains("scan", forged, StringComparison.Ordinal);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(forged)));
        using var dump = new MemoryStream(
            Encoding.Latin1.GetBytes($"{forged}{{\"end\":{{\"contents\":1,\"files\":4,\"documents\":4,\"sha256\":\"{digest}\"}}}}\n"));
        await using var restored = await StartAsync("enforce");
        await restored.Transfer.LoadAsync(LoadMode.Empty, (load, token) => RepositoryDump.ReadAsync(dump, load, token), Token);

        Assert.Equal(403, await restored.GetAsync("/model/m/1").StatusAsync());
    }

    [Fact]
    public async Task Enforce_JudgesAFileAsWhatItIsAskedForAs()
    {
        await using var host = await StartAsync("enforce", ("Repository:AllowedImports:Transformations:0", "os.system"));
        await ImportAsync(host, Evil);
        var id = (string)(await FindFileAsync(host, 3))["id"]!;
        await host.PostAsync("/strategy", $$"""{"strategy_name":"borrowed","strategy_id":"{{id}}"}""");

        Assert.Equal(200, await host.GetAsync("/transformation/t").StatusAsync());
        Assert.Equal(403, await host.GetAsync("/strategy/borrowed").StatusAsync());
    }

    [Fact]
    public async Task Enforce_ServesBuiltInStrategies()
    {
        await using var host = await StartAsync("enforce");

        Assert.Equal(200, await host.GetAsync("/strategy/fedavg").StatusAsync());
    }

    [Theory]
    [InlineData("enforce", null, "The file is in quarantine: the pickle imports os.system")]
    [InlineData("report", null, null)]
    [InlineData("report", "models", "The file is not signed with a key that is known, and models are served only when they are")]
    [InlineData("off", "models", "The file is not signed with a key that is known, and models are served only when they are")]
    public async Task Policy_OfSessions_IsThatOfCallers(string pickles, string? required, string? objection)
    {
        await using var host = await StartAsync(pickles, ("Repository:Signatures:Required:0", required ?? "collectors"));
        await ImportAsync(host, Evil);
        var content = (await host.Store.OpenAsync((string)(await FindFileAsync(host))["id"]!, Token))!;
        await using var stream = content.Stream;

        Assert.Equal(objection, await host.Policy.FindObjectionAsync(RepositoryKind.Model, content, Token));
        Assert.Equal(0, stream.Position);
        Assert.Equal(objection is null ? 200 : 403, await host.GetAsync("/model/m/1").StatusAsync());
    }

    private Task<RepositoryHost> StartAsync(string policy, params (string Name, string Value)[] more) =>
        StartAsync([("Repository:Pickles", policy), .. more]);

    private static Task<HttpResponseMessage> GetAsync(RepositoryHost host, string path, string? accept) => host.SendAsync(path, headers =>
    {
        if (accept is not null)
        {
            headers.Accept.ParseAdd(accept);
        }
    });

    private static async Task<JsonNode> FindFileAsync(RepositoryHost host, int index = 0) =>
        (await host.GetJsonAsync("/api/v2/files"))["items"]![index]!;

    /// <summary>A document of each kind that points to a file of its own, all of one content, as imports and restores add them.</summary>
    private static async Task ImportAsync(RepositoryHost host, byte[] content, string? scan = null) => Assert.True(await host.Transfer.LoadAsync(
        LoadMode.Empty,
        async (load, cancellationToken) =>
        {
            foreach (var (place, i) in Places.Select((p, i) => (p, i)))
            {
                var (length, sha256) = await load.AddContentAsync((stream, token) => stream.WriteAsync(content, token).AsTask(), cancellationToken);
                var file = new RepositoryFile($"{i:D24}", place.Name, null, length, sha256, DateTimeOffset.UnixEpoch) { Annotations = new FileAnnotations(Scan: scan) };
                Assert.True(await load.AddFileAsync(file, cancellationToken));
                var entry = new RepositoryEntry
                {
                    Kind = place.Kind,
                    Key = RepositoryKey.Of(place.Key),
                    Model = place.Kind is RepositoryKind.Model or RepositoryKind.TrainingResult ? RepositoryKey.Of("m", "1") : null,
                    Document = place.Document,
                    FileId = file.Id,
                };
                Assert.True(await load.AddEntryAsync(entry, cancellationToken));
            }
        },
        Token));
}
