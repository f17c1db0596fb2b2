// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tributary.Tests.Client;

namespace Tributary.Tests.Telemetry;

/// <summary>What <c>/metrics</c> has after a little of everything, held against the dashboard and the page that describe it.</summary>
public sealed partial class MetricsEndpointTests
{
    private static readonly string Root = FindRoot();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AfterASession_HaveEveryMetricOfTheDashboard()
    {
        var queries = ListQueries();

        var scraped = (await ScrapeAsync()).Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line[..line.IndexOfAny(['{', ' '])])
            .ToHashSet();

        Assert.NotEmpty(queries);
        Assert.All(queries, query =>
        {
            var names = ListNames(query);
            Assert.NotEmpty(names);
            Assert.Empty(names.Except(scraped));
        });
    }

    [Fact]
    public async Task Metrics_AreServedToOperatorsAlone()
    {
        await using var server = await ServerHost.StartAsync();
        using var http = new HttpClient();

        var codes = new List<HttpStatusCode>();
        foreach (var address in (Uri[])[server.Operations, server.Controller, server.Repository])
        {
            using var answer = await http.GetAsync(new Uri(address, "/metrics"), Token);
            codes.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound], codes);
    }

    [Fact]
    public async Task Page_ListsEveryInstrumentWithItsUnit()
    {
        var instruments = new ConcurrentQueue<string>();
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("Tributary.", StringComparison.Ordinal))
                {
                    instruments.Enqueue($"| `{instrument.Name}` | {instrument.Unit} | {instrument.Description}");
                }
            };
            listener.Start();
            await ScrapeAsync();
        }

        var rows = (await File.ReadAllLinesAsync(Path.Combine(Root, "docs", "operations.md"), Token))
            .Where(line => line.StartsWith("| `tributary.", StringComparison.Ordinal) && line.Count(c => c == '|') == 5)
            .Select(line => TagColumn().Replace(line, ""));

        Assert.Equal(instruments.Distinct().Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    /// <summary>Runs a session with a refused update, and stores, fetches and refuses files; returns what Prometheus would read.</summary>
    private static async Task<string> ScrapeAsync()
    {
        await using var server = await ServerHost.StartAsync(("Repository:MaxFileBytes", "1000"));
        await using var participants = new ParticipantGroup();
        using var controller = server.Client();
        participants.Add(server, "a", ParticipantGroup.Adding(1, examples: 1));
        await controller.WaitForClientsAsync(1);
        var session = await controller.RunSessionAsync(new SessionSettings { ModelId = await controller.UploadAsync(0, 1), Rounds = 1, Validate = false });
        Assert.Equal(SessionSummary.Finished, session.Status);
        await using var peer = new FednPeer(server.Combiner, "b");
        await peer.SendUpdateAsync("none", "m", "{}", Token);

        using var http = new HttpClient { BaseAddress = server.Repository };
        using var added = await http.PostAsJsonAsync("/model", new JsonObject { ["model_name"] = "m", ["model_version"] = "1", ["meta"] = new JsonObject() }, Token);
        using var stored = await PutAsync(10);
        using var refused = await PutAsync(3 << 20);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.NoContent), (added.StatusCode, stored.StatusCode));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        await http.GetByteArrayAsync("/model/m/1", Token);

        using var operations = new HttpClient { BaseAddress = server.Operations };
        return await operations.GetStringAsync("/metrics", Token);

        async Task<HttpResponseMessage> PutAsync(int length)
        {
            using var file = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('x', length)));
            return await http.PutAsync("/model/m/1", new MultipartFormDataContent { { file, "file", "m.bin" } }, Token);
        }
    }

    private static List<string> ListQueries()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "deploy", "grafana", "tributary.json")))!;
        return
        [
            .. dashboard["panels"]!.AsArray()
                .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
                .Select(target => target!["expr"]!.GetValue<string>()),
        ];
    }

    /// <summary>Lists the metrics of a query: the names that are no function, keyword or label.</summary>
    private static List<string> ListNames(string query) =>
        [.. Name().Matches(Labels().Replace(query, "")).Select(match => match.Value).Where(name => name is not ("sum" or "min" or "max" or "by" or "le"))];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && folder.GetFiles("*.slnx").Length == 0)
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b[a-z_][a-z0-9_]*\b(?!\()", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();

    /// <summary>The end of a row, with the tags of the metric.</summary>
    [GeneratedRegex(@" \| [^|]*\|$", RegexOptions.NonBacktracking)]
    private static partial Regex TagColumn();
}
