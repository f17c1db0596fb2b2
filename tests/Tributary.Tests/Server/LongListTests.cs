// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Tests.Server;

/// <summary>Lists whose texts are longer than a page, and texts that are longer than what is kept.</summary>
public sealed class LongListTests
{
    private const int Count = 60;
    private const int KeptCharacters = 64 << 10;

    [Fact]
    public async Task Statuses_LongerThanAPage_AreListedWhole()
    {
        await using var host = await ServerHost.StartAsync();
        await using var peer = new FednPeer(host.Combiner, "a");
        for (var i = 0; i < Count; i++)
        {
            await peer.Connector.SendStatusAsync(Status(i, 200_000), cancellationToken: Token);
        }

        Assert.Equal(Enumerable.Range(0, Count).Reverse(), await ListAsync(host, ""));
        Assert.Equal(Enumerable.Range(0, Count), await ListAsync(host, "asc"));
        Assert.Equal(Enumerable.Range(7, 50), await ListAsync(host, "asc", skip: 7, limit: 50));
        Assert.Equal(Enumerable.Range(7, 3), await ListAsync(host, "asc", skip: 7, limit: 3));
    }

    [Fact]
    public async Task Reports_WithMoreThanIsKept_AreCutOrRefusedByTheNameOfTheField()
    {
        await using var host = await ServerHost.StartAsync();
        await using var peer = new FednPeer(host.Combiner, "a");
        var sender = new Fedn.Client { Name = "n", ClientId = "a" };
        await peer.Connector.SendStatusAsync(Status(1, KeptCharacters), cancellationToken: Token);
        await peer.Connector.SendStatusAsync(Status(2, KeptCharacters + 1), cancellationToken: Token);

        using var http = new HttpClient { BaseAddress = host.Controller };
        var statuses = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1/statuses/", UriKind.Relative), Token))!["result"]!.AsArray();
        Assert.Equal(
            [new string('x', KeptCharacters) + "…", new string('x', KeptCharacters)],
            statuses.Where(s => s!["type"]!.GetValue<string>() != "NETWORK").Select(s => s!["data"]!.GetValue<string>()));

        await RefusedAsync(
            "data has 1048577 characters; expected at most 1048576",
            () => peer.Combiner.SendModelValidationAsync(new ModelValidation { Sender = sender, ModelId = "m", Data = new string('x', (1 << 20) + 1) }, cancellationToken: Token));
        await RefusedAsync(
            "key has 1025 characters; expected at most 1024",
            () => peer.Combiner.SendModelMetricAsync(Metric(sender, new string('k', 1025), 1), cancellationToken: Token));
        await RefusedAsync(
            "metrics holds 10001 values; expected at most 10000",
            () => peer.Combiner.SendModelMetricAsync(Metric(sender, "k", 10_001), cancellationToken: Token));
    }

    private static async Task RefusedAsync(string detail, Func<AsyncUnaryCall<Response>> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal((StatusCode.InvalidArgument, detail), (error.StatusCode, error.Status.Detail));
    }

    private static ModelMetric Metric(Fedn.Client sender, string key, int count)
    {
        var message = new ModelMetric { Sender = sender, ModelId = "m" };
        message.Metrics.AddRange(Enumerable.Range(0, count).Select(_ => new MetricElem { Key = key, Value = 1 }));
        return message;
    }

    private static Fedn.Status Status(int number, int characters) => new()
    {
        Sender = new Fedn.Client { Name = "n", ClientId = "a" },
        Type = StatusType.ModelUpdate,
        Status_ = $"{number}",
        Data = new string('x', characters),
        Extra = new string('y', characters),
    };

    private static async Task<IEnumerable<int>> ListAsync(ServerHost host, string order, int skip = 0, int limit = 0)
    {
        using var http = new HttpClient { BaseAddress = host.Controller };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/statuses/?type=MODEL_UPDATE");
        request.Headers.Add("X-Sort-Order", order);
        request.Headers.Add("X-Skip", $"{skip}");
        request.Headers.Add("X-Limit", $"{limit}");
        using var response = await http.SendAsync(request, Token);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var list = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal(Count, list["count"]!.GetValue<int>());
        return [.. list["result"]!.AsArray().Select(status => int.Parse(status!["status"]!.GetValue<string>(), CultureInfo.InvariantCulture))];
    }
}
