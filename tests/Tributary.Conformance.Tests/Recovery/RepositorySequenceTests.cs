// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tributary.Conformance.Tests.Recovery;

/// <summary>
/// Random sequences of calls on a real server that is killed again and again, with retention under way: what was acknowledged is there, what was
/// under way is there whole or not at all, and in the end what is referenced is what is stored.
/// </summary>
public sealed class RepositorySequenceTests : FolderTests
{
    private const int Lives = 6;
    private const int CallsOfALife = 40;

    private static readonly string[] Steps =
    [
        "file.syncing", "file.synced", "file.renamed", "content.removing", "content.removed",
        "database.committing@store a file of the repository", "database.committed@store a file of the repository",
        "database.committing@remove from the repository", "database.committed@remove from the repository",
        "database.committing@add to the repository", "database.committed@add to the repository",
        "database.committing@forget contents of the repository", "database.committed@forget contents of the repository",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sequence_RandomWithKills_LosesNothingAndLeavesNothing(int seed)
    {
        var random = new Random(seed);
        var start = new ServerStart(Folder.Path)
        {
            Environment = new Dictionary<string, string>
            {
                ["TRIBUTARY__REPOSITORY__RETENTION__GRACE"] = "00:00:00",
                ["TRIBUTARY__REPOSITORY__RETENTION__KEEPNEWEST"] = "1",
            },
        };
        var models = Enumerable.Range(0, 4).ToDictionary(i => $"m{i}", _ => State.Absent);
        var killed = 0;
        for (var life = 0; life < Lives; life++)
        {
            var killAt = FormattableString.Invariant($"{Steps[random.Next(Steps.Length)]}:{random.Next(1, 8)}");
            await using var server = await ServerProcess.StartAsync(start with { KillAt = killAt }, Token);
            using var client = new HttpClient { BaseAddress = server.Repository };
            if (await LiveAsync(client, models, random, $"seed {seed}, life {life}, killed at {killAt}"))
            {
                server.Kill();
            }
            else
            {
                killed++;
            }

            await server.WaitForExitAsync();
        }

        Assert.InRange(killed, 1, Lives);
        await using (var server = await ServerProcess.StartAsync(start, Token))
        {
            using var client = new HttpClient { BaseAddress = server.Repository };
            foreach (var name in models.Keys.ToList())
            {
                await SettleAsync(client, models, name, $"seed {seed}, at the end");
            }
        }

        var (code, output) = await ServerProcess.RunAsync(null, ["repository", "check", "--digests", "--data", Folder.Path], Token);
        Assert.Equal((0, "no faults"), (code, output.Trim()));
    }

    /// <summary>Calls until there have been enough calls; false when the server dies before.</summary>
    private static async Task<bool> LiveAsync(HttpClient client, Dictionary<string, State> models, Random random, string place)
    {
        try
        {
            foreach (var name in models.Keys.ToList())
            {
                await SettleAsync(client, models, name, place);
            }

            for (var call = 0; call < CallsOfALife; call++)
            {
                var name = $"m{random.Next(models.Count)}";
                var before = models[name].Now;
                var (after, request) = Choose(name, before, random);

                // Until the answer comes, both are right.
                models[name] = new(before, after);
                using (request)
                {
                    using var answer = await client.SendAsync(request, Token);
                    var isDone = before != after || (request.Method == HttpMethod.Put && before is not null);
                    Assert.True(answer.IsSuccessStatusCode == isDone, $"{place}: {request.Method} {name} was answered {answer.StatusCode}, which was '{before}'");
                }

                models[name] = new(after, after);
            }

            return true;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or SocketException)
        {
            return false;
        }
    }

    /// <summary>What is there now is one of what may be there, whole.</summary>
    private static async Task SettleAsync(HttpClient client, Dictionary<string, State> models, string name, string place)
    {
        using var answer = await client.GetAsync(new Uri($"model/{name}/1", UriKind.Relative), Token);
        var body = await answer.Content.ReadAsByteArrayAsync(Token);
        var there = answer.StatusCode == HttpStatusCode.OK ? Describe(body)
            : Encoding.UTF8.GetString(body).Contains("file", StringComparison.Ordinal) ? "" : null;
        Assert.True(there == models[name].Now || there == models[name].Next, $"{place}: {name} is '{there}', expected {models[name]}");
        models[name] = new(there, there);
    }

    /// <summary>A call, and what it makes of a model: null for none, an empty text for one without a file.</summary>
    private static (string? After, HttpRequestMessage Request) Choose(string name, string? before, Random random)
    {
        var path = $"model/{name}/1";
        switch (random.Next(6))
        {
            case 0 or 1:
                var document = new StringContent($$"""{"model_name":"{{name}}","model_version":"1"}""", Encoding.UTF8, "application/json");
                return (before ?? "", new HttpRequestMessage(HttpMethod.Post, "model") { Content = document });
            case 2:
                return (null, new HttpRequestMessage(HttpMethod.Delete, path));
            default:
                var content = Make(random.Next(3), random.Next(1, 200_000));
                var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "f" } };
                return (before is null ? null : Describe(content), new HttpRequestMessage(HttpMethod.Put, path) { Content = form });
        }
    }

    private static byte[] Make(int fill, int length) => [.. Enumerable.Repeat((byte)fill, length)];

    private static string Describe(byte[] content)
    {
        Assert.False(content.AsSpan().ContainsAnyExcept(content[0]), "It is a mix.");
        return $"{content[0]}x{content.Length}";
    }

    /// <summary>What is there, and what a call under way may have made of it.</summary>
    private readonly record struct State(string? Now, string? Next)
    {
        public static State Absent { get; }
    }
}
