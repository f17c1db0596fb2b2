// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tributary.Conformance.Tests.Recovery;

/// <summary>A real server is killed at each step that changes the repository: afterwards old or new is there whole, every content has its record, and the audit log has the line of the change if and only if that is there.</summary>
public sealed class RepositoryKillTests : FolderTests
{
    private const string Path = "/model/m/1";
    private static readonly byte[] Old = [.. Enumerable.Repeat((byte)1, 300_000)];
    private static readonly byte[] New = [.. Enumerable.Repeat((byte)2, 200_000)];

    /// <summary>Steps of an upload. The folder's syncs at the start of a server are three.</summary>
    private static readonly string[] OfUploads =
    [
        "file.syncing", "file.synced", "file.renamed", "folder.synced:4",
        "database.committing@store a file of the repository", "database.committed@store a file of the repository",
    ];

    private static readonly string[] OfRemovals =
    [
        "database.committing@remove from the repository", "database.committed@remove from the repository",
        "content.removing", "content.removed",
        "database.committing@forget contents of the repository", "database.committed@forget contents of the repository",
    ];

    public static TheoryData<string, string> KilledAt =>
    [
        .. OfUploads.SelectMany(step => new[] { ("put", step), ("replace", step) }),
        .. OfRemovals.Select(step => ("delete", step)),
    ];

    [Theory]
    [MemberData(nameof(KilledAt))]
    public async Task Server_KilledAtStepAndRestarted_HasOldOrNewWhole(string operation, string step)
    {
        var start = new ServerStart(Folder.Path)
        {
            Environment = new Dictionary<string, string> { ["TRIBUTARY__REPOSITORY__RETENTION__GRACE"] = "00:00:00" },
        };
        await using (var server = await ServerProcess.StartAsync(start, Token))
        {
            using var client = new HttpClient { BaseAddress = server.Repository };
            await AddAsync(client, "m");
            await AddAsync(client, "other");
            await PutAsync(client, "/model/other/1", [3]);
            if (operation != "put")
            {
                await PutAsync(client, Path, Old);
            }
        }

        await using (var server = await ServerProcess.StartAsync(start with { KillAt = step }, Token))
        {
            using var client = new HttpClient { BaseAddress = server.Repository };
            await DespiteTheKillAsync(() => operation == "delete" ? client.DeleteAsync(Path, Token) : PutAsync(client, Path, New));
            Assert.Equal(137, await server.WaitForExitAsync());
        }

        await using (var server = await ServerProcess.StartAsync(start, Token))
        {
            using var client = new HttpClient { BaseAddress = server.Repository };
            var isCommitted = !step.StartsWith("file.", StringComparison.Ordinal)
                && !step.StartsWith("folder.", StringComparison.Ordinal)
                && !step.StartsWith("database.committing@store", StringComparison.Ordinal)
                && !step.StartsWith("database.committing@remove", StringComparison.Ordinal);
            var (status, content) = await GetAsync(client, Path);
            Assert.Equal((operation, isCommitted) is ("delete", true) or ("put", false) ? HttpStatusCode.NotFound : HttpStatusCode.OK, status);
            if (status == HttpStatusCode.OK)
            {
                Assert.Equal(isCommitted ? New : Old, content);
            }

            Assert.Equal([3], (await GetAsync(client, "/model/other/1")).Content);
            string[] before = ["create_model", "create_model", "update_model", .. operation == "put" ? Array.Empty<string>() : ["update_model"]];
            Assert.Equal([.. before, .. isCommitted ? [operation == "delete" ? "delete_model" : "update_model"] : Array.Empty<string>()], await ReadAuditAsync(client));
        }

        await AssertSoundAsync(Folder.Path);
    }

    [Theory]
    [InlineData("file.renamed", false)]
    [InlineData("database.committing@load the repository", false)]
    [InlineData("database.committed@load the repository", true)]
    public async Task Restore_KilledAtStep_HasReplacedAllOrNothing(string step, bool isReplaced)
    {
        var (old, other, dump) = (Folder.Combine("old"), Folder.Combine("other"), Folder.Combine("dump"));
        foreach (var (data, content) in new[] { (old, Old), (other, New) })
        {
            await using var server = await ServerProcess.StartAsync(new ServerStart(data), Token);
            using var client = new HttpClient { BaseAddress = server.Repository };
            await AddAsync(client, "m");
            await PutAsync(client, Path, content);
        }

        Assert.Equal(0, (await ServerProcess.RunAsync(null, ["repository", "dump", dump, "--data", other], Token)).Code);
        var (code, _) = await ServerProcess.RunAsync(step, ["repository", "restore", dump, "--replace", "--data", old], Token);

        Assert.Equal(137, code);
        await using (var server = await ServerProcess.StartAsync(new ServerStart(old), Token))
        {
            using var client = new HttpClient { BaseAddress = server.Repository };
            Assert.Equal(isReplaced ? New : Old, (await GetAsync(client, Path)).Content);
            Assert.Equal(["create_model", "update_model", .. isReplaced ? ["restore"] : Array.Empty<string>()], await ReadAuditAsync(client));
        }

        await AssertSoundAsync(old);
    }

    /// <summary>The actions in the audit log.</summary>
    private static async Task<IEnumerable<string?>> ReadAuditAsync(HttpClient client)
    {
        using var log = JsonDocument.Parse(await client.GetStringAsync("/api/v2/audit", Token));
        return [.. log.RootElement.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("action").GetString())];
    }

    private static async Task AssertSoundAsync(string data)
    {
        string[] check = ["repository", "check", "--digests", "--data", data];
        var (code, output) = await ServerProcess.RunAsync(null, check, Token);
        Assert.Equal((0, "no faults"), (code, output.Trim()));
    }

    private static async Task AddAsync(HttpClient client, string name)
    {
        using var body = new StringContent($$"""{"model_name":"{{name}}","model_version":"1"}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/model", body, Token);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task PutAsync(HttpClient client, string path, byte[] content)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "f" } };
        using var answer = await client.PutAsync(path, form, Token);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, byte[] Content)> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Token);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(Token));
    }

    /// <summary>A server that dies on the way gives no answer, or one that it had just sent.</summary>
    private static async Task DespiteTheKillAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or SocketException)
        {
        }
    }
}
