// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Tributary.Protocol.Fedn;

namespace Tributary.Tests.Server;

/// <summary>Each role starts alone; what another role would have given is answered with its reason.</summary>
public sealed class RoleTests : FolderTests
{
    public static TheoryData<string> Names => [.. ServerRoles.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Serve_OneRole_ListensForItAndForOperationsAlone(string role)
    {
        await using var server = await StartAsync(role);
        using var http = new HttpClient { BaseAddress = server.Addresses[ServerRoles.Operations] };

        Assert.Equal([.. ServerRoles.All.Where(r => r.IsAlwaysOn || r.Name == role).Select(r => r.Name)], server.Addresses.Keys);
        Assert.Equal("ready", await http.GetStringAsync("/readyz", Token));
    }

    [Fact]
    public async Task Controller_WithoutCombinerAndRepository_SaysWhatIsMissing()
    {
        await using var server = await StartAsync("controller");
        using var http = new HttpClient { BaseAddress = server.Addresses["controller"] };

        var assignment = await PostAsync(http, "/api/v1/clients/add/", new JsonObject { ["name"] = "a", ["package"] = "local" });
        var imported = await PostAsync(http, "/api/v1/sessions/", Session("repository:digits/1"));
        var created = await PostAsync(http, "/api/v1/sessions/", Session("m"));
        var started = await PostAsync(http, "/api/v1/sessions/start", new JsonObject { ["session_id"] = "s" });

        Assert.Equal((HttpStatusCode.BadRequest, "No combiner available."), assignment);
        Assert.Equal((HttpStatusCode.BadRequest, "model_id is 'repository:digits/1', and the repository role does not run in this process"), imported);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal((HttpStatusCode.BadRequest, "No combiner is available: the combiner role does not run in this process"), started);
    }

    [Fact]
    public async Task Combiner_Alone_TakesClients()
    {
        await using var server = await StartAsync("combiner");
        await using var peer = new FednPeer(server.Addresses["combiner"], "a");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var tasks = peer.ReadTasksAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = tasks.MoveNextAsync().AsTask();

        var active = await Eventually.BecomesAsync("the client", ListActiveAsync, list => list.Client.Count == 1);

        Assert.Equal("a", active.Client[0].ClientId);
        Assert.False(next.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => next)).StatusCode);

        Task<ClientList> ListActiveAsync(CancellationToken token) =>
            peer.Connector.ListActiveClientsAsync(new ListClientsRequest { Channel = Queue.TaskQueue }, cancellationToken: token).ResponseAsync;
    }

    [Fact]
    public async Task Repository_Alone_StoresAndLists()
    {
        await using var server = await StartAsync("repository");
        using var http = new HttpClient { BaseAddress = server.Addresses["repository"] };

        using var added = await http.PostAsJsonAsync(
            "/model", new JsonObject { ["model_name"] = "m", ["model_version"] = "1", ["meta"] = new JsonObject() }, Token);

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Single(JsonNode.Parse(await http.GetStringAsync("/model", Token))!.AsArray());
    }

    [Fact]
    public async Task Connection_BeyondTheLimit_IsToldSoInItsProtocolAndLeavesTheOthersAlone()
    {
        var settings = ServerSettings.OnFreePorts(Folder.Combine("data")) with { MaxConnections = 1 };
        await using var server = await TributaryServer.StartAsync(settings, ServerHost.Configure(), null, Token);
        using var first = new HttpClient { BaseAddress = server.Addresses["repository"] };
        using var second = new HttpClient { BaseAddress = server.Addresses["repository"] };

        Assert.Equal("[]", await first.GetStringAsync("/model", Token));
        using var refused = await second.GetAsync(new Uri("/model", UriKind.Relative), Token);
        Assert.Equal("[]", await first.GetStringAsync("/model", Token));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Contains("reached its limit of connections", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await using var one = new FednPeer(server.Addresses["combiner"], "one");
        await using var other = new FednPeer(server.Addresses["combiner"], "other");
        await one.HeartbeatAsync(Token);
        var error = await Assert.ThrowsAsync<RpcException>(() => other.HeartbeatAsync(Token));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        await one.HeartbeatAsync(Token);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("combiner,worker", "combiner,worker")]
    public void Roles_UnknownOrNone_AreRefusedWithTheNames(string given, string shown)
    {
        var configuration = ServerConfiguration.Load(new Dictionary<string, string?> { ["Server:Roles"] = given }, _ => null);

        Assert.False(ServerConfiguration.TryRead(configuration, out _, out var errors));
        Assert.Contains($"Server:Roles is '{shown}'; expected one or more of combiner, controller, repository, with commas between.", errors);
    }

    [Fact]
    public void Preload_WithoutTheRepository_IsRefused()
    {
        var given = new Dictionary<string, string?> { ["Server:Roles"] = "controller", ["Server:Preload"] = "r.dump" };

        Assert.False(ServerConfiguration.TryRead(ServerConfiguration.Load(given, _ => null), out _, out var errors));
        Assert.StartsWith("Server:Preload is 'r.dump', and the repository role does not run", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static JsonObject Session(string model) => new()
    {
        ["session_id"] = "s",
        ["session_config"] = new JsonObject
        {
            ["aggregator"] = "fedavg",
            ["round_timeout"] = 60,
            ["buffer_size"] = -1,
            ["delete_models_storage"] = true,
            ["clients_required"] = 1,
            ["validate"] = false,
            ["helper_type"] = "numpyhelper",
            ["model_id"] = model,
        },
    };

    private static async Task<(HttpStatusCode Status, string? Message)> PostAsync(HttpClient http, string path, JsonObject body)
    {
        using var response = await http.PostAsJsonAsync(path, body, Token);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        return (response.StatusCode, (string?)answer["message"]);
    }

    private Task<TributaryServer> StartAsync(string role)
    {
        var settings = ServerSettings.OnFreePorts(Folder.Combine("data"));
        var roles = settings.Roles.Where(r => r.Role.IsAlwaysOn || r.Role.Name == role);
        return TributaryServer.StartAsync(settings with { Roles = [.. roles] }, ServerHost.Configure(), null, Token);
    }
}
