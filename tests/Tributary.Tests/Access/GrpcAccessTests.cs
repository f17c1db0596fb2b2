// SPDX-License-Identifier: Apache-2.0

using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Protocol.Fedn;

namespace Tributary.Tests.Access;

/// <summary>Credentials at the combiner, in the terms of gRPC.</summary>
public sealed class GrpcAccessTests
{
    private static IEnumerable<(string Name, string Value)> Settings =>
    [
        .. AccessHost.TokenSettings(0, "admin-token", ("Roles:0", "admin")),
        .. AccessHost.TokenSettings(1, "client-token", ("Roles:0", "client"), ("ClientId", "a")),
        .. AccessHost.TokenSettings(2, "other-token", ("Roles:0", "client"), ("ClientId", "b")),
        .. AccessHost.TokenSettings(3, "old-token", ("Roles:0", "client"), ("ClientId", "a"), ("Expires", "2025-01-01T00:00:00Z")),
        .. AccessHost.TokenSettings(4, "controller-token", ("Roles:0", "controller")),
        ("Authentication:Jwt:Secret", TestJwt.Secret),
    ];

    [Theory]
    [InlineData("", StatusCode.Unauthenticated, "Token is missing")]
    [InlineData("Bearer wrong-token", StatusCode.Unauthenticated, "Invalid token")]
    [InlineData("Bearer old-token", StatusCode.Unauthenticated, "Token expired")]
    [InlineData("Digest client-token", StatusCode.Unauthenticated, "Invalid token scheme, expected Bearer")]
    [InlineData("Bearer controller-token", StatusCode.PermissionDenied, "Insufficient permissions")]
    [InlineData("Bearer other-token", StatusCode.PermissionDenied, "The token is bound to another client")]
    [InlineData("Bearer client-token", StatusCode.OK, "")]
    [InlineData("Token client-token", StatusCode.OK, "")]
    [InlineData("Bearer admin-token", StatusCode.OK, "")]
    public async Task Heartbeat_HasTheStatusOfItsCredentials(string authorization, StatusCode code, string detail)
    {
        await using var host = await AccessHost.StartAsync(Settings);
        await using var peer = new FednPeer(host.Address("combiner"), "a");

        var status = await StatusAsync(peer.Connector.SendHeartbeatAsync(new Heartbeat { Sender = new() { Name = "n", ClientId = "a" } }, Headers(authorization), cancellationToken: Token));

        Assert.Equal((code, detail), (status.StatusCode, status.Detail));
        Assert.Equal(code == StatusCode.OK ? 0 : 1, host.Refusals.Count());
        Assert.DoesNotContain(host.Log.All, line => line.Contains("-token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("expired")]
    [InlineData("unbound")]
    public async Task Jwt_Wrong_IsRefused(string what)
    {
        await using var host = await AccessHost.StartAsync(Settings);
        await using var peer = new FednPeer(host.Address("combiner"), "a");
        var exp = host.Time.GetUtcNow().AddMinutes(what == "expired" ? -10 : 10).ToUnixTimeSeconds();
        var payload = TestJwt.Payload([("role", "client"), (what == "unbound" ? "x" : "sub", "a"), ("exp", exp)]);
        var token = what == "none"
            ? TestJwt.Signed("none", payload, _ => [])
            : TestJwt.Signed("HS256", payload, input => System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(TestJwt.Secret), input));

        var status = await StatusAsync(peer.Connector.SendHeartbeatAsync(new Heartbeat { Sender = new() { ClientId = "a" } }, Headers($"Bearer {token}"), cancellationToken: Token));

        Assert.Equal(
            what switch
            {
                "none" => (StatusCode.Unauthenticated, "Invalid token"),
                "expired" => (StatusCode.Unauthenticated, "Token expired"),
                _ => (StatusCode.PermissionDenied, "The token is bound to no client"),
            },
            (status.StatusCode, status.Detail));
        Assert.Single(host.Refusals);
    }

    [Fact]
    public async Task Report_NamesNobodyOrSomebodyElse_IsStoredAsTheClientOfTheToken()
    {
        await using var host = await AccessHost.StartAsync(Settings);
        await using var peer = new FednPeer(host.Address("combiner"), "a");

        foreach (var sender in new Protocol.Fedn.Client?[] { null, new() { Name = "b" }, new() { Name = "b", ClientId = "\u0001" } })
        {
            await peer.Combiner.SendModelValidationAsync(new ModelValidation { Sender = sender, ModelId = "m" }, Headers("Bearer client-token"), cancellationToken: Token);
        }

        Assert.Equal("3", (await host.SendAsync("controller", "GET", "/api/v1/validations/count?client_id=a", "Bearer admin-token")).Body);
    }

    [Fact]
    public async Task Client_OfAnotherToken_GetsNoTasksAndSendsNothingInItsName()
    {
        await using var host = await AccessHost.StartAsync(Settings);
        await using var peer = new FednPeer(host.Address("combiner"), "a");
        var (foreign, sender) = (Headers("Bearer other-token"), new Protocol.Fedn.Client { Name = "n", ClientId = "a" });

        using var stream = peer.Combiner.TaskStream(new ClientAvailableMessage { Sender = sender }, foreign, cancellationToken: Token);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Token))).StatusCode);
        foreach (var call in (AsyncUnaryCall<Response>[])
        [
            peer.Combiner.SendModelUpdateAsync(new ModelUpdate { Sender = sender }, foreign, cancellationToken: Token),
            peer.Combiner.SendModelValidationAsync(new ModelValidation { Sender = sender }, foreign, cancellationToken: Token),
            peer.Combiner.SendModelMetricAsync(new ModelMetric { Sender = sender, Metrics = { new MetricElem { Key = "k" } } }, foreign, cancellationToken: Token),
            peer.Connector.SendStatusAsync(new Protocol.Fedn.Status { Sender = sender }, foreign, cancellationToken: Token),
        ])
        {
            Assert.Equal((StatusCode.PermissionDenied, "The token is bound to another client"), await StatusAsync(call) is var status ? (status.StatusCode, status.Detail) : default);
        }

        foreach (var list in new[] { "clients", "validations", "statuses", "metrics" })
        {
            Assert.Equal("0", (await host.SendAsync("controller", "GET", $"/api/v1/{list}/count", "Bearer admin-token")).Body);
        }
    }

    [Theory]
    [InlineData("revoked", "Invalid token")]
    [InlineData("expired", "Token expired")]
    [InlineData("first", "Token is missing")]
    public async Task Stream_EndsWhenItsCredentialsCountNoMore(string why, string detail)
    {
        await using var host = await AccessHost.StartAsync(why == "expired" ? Settings : [], why == "revoked" ? [["token", "create", "edge", "--role", "client", "--client-id", "b"]] : []);
        await using var peer = new FednPeer(host.Address("combiner"), "a");
        var authorization = why switch
        {
            "revoked" => $"Bearer {await CreateTokenAsync(host, "edge-2")}",
            "expired" => $"Bearer {TestJwt.Of(("role", "client"), ("sub", "a"), ("exp", host.Time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds()))}",
            _ => "",
        };
        using var stream = peer.Combiner.TaskStream(new ClientAvailableMessage { Sender = new() { Name = "n", ClientId = "a" } }, Headers(authorization), cancellationToken: Token);
        await stream.ResponseHeadersAsync.WaitAsync(TestLimits.Step, Token);
        var end = Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Token));

        if (why == "first")
        {
            await CreateTokenAsync(host, "edge-2");
        }
        else if (why == "revoked")
        {
            Assert.Equal(0, (await Commands.CommandLine.RunAsync("token", "revoke", "edge-2", "--data", host.Data)).Code);
        }
        else
        {
            host.Time.Advance(TimeSpan.FromMinutes(10.5) - TimeSpan.FromSeconds(5));
            Assert.Equal(StatusCode.OK, await host.CallAsync("/fedn.Connector/SendHeartbeat", authorization, TestLimits.Step));
            Assert.False(end.IsCompleted);
        }

        host.Time.Advance(TimeSpan.FromSeconds(5));
        var status = (await end.WaitAsync(TestLimits.Step, Token)).Status;

        Assert.Equal((StatusCode.Unauthenticated, detail), (status.StatusCode, status.Detail));
        Assert.Equal(401, (await host.ListSessionsAsync("")).Status);
        Assert.Equal(StatusCode.Unauthenticated, await host.CallAsync("/fedn.Connector/SendHeartbeat", authorization, TestLimits.Step));
    }

    [Fact]
    public async Task Call_OfAPageOfAnotherSite_IsRefused()
    {
        await using var host = await AccessHost.StartAsync([]);

        Assert.Equal(StatusCode.PermissionDenied, await host.CallAsync("/fedn.Connector/SendHeartbeat", "", TestLimits.Step, ("Origin", "http://evil.example")));
        Assert.Single(host.Refusals);
    }

    [Fact]
    public async Task Client_ThatSendsItsNameInPlaceOfItsId_IsTheClientOfItsToken()
    {
        await using var host = await AccessHost.StartAsync(Settings);
        await using var peer = new FednPeer(host.Address("combiner"), "hospital");
        var sender = new Protocol.Fedn.Client { Name = "hospital", ClientId = "hospital" };

        // Before its stream is open, as after a restart of the server.
        await peer.Connector.SendHeartbeatAsync(new Heartbeat { Sender = sender }, Headers("Bearer client-token"), cancellationToken: Token);
        await peer.Combiner.SendModelUpdateAsync(new ModelUpdate { Sender = sender }, Headers("Bearer client-token"), cancellationToken: Token);
        using var stream = peer.Combiner.TaskStream(new ClientAvailableMessage { Sender = sender }, Headers("Bearer client-token"), cancellationToken: Token);
        var roster = host.Roster;
        await Eventually.BecomesAsync("the client", _ => Task.FromResult(roster.ListActive()), active => active.Count == 1, TestLimits.Step, Token);

        // The name is registered nowhere: another client may have it, or have it as its id.
        Assert.Equal([new ActiveClient(ClientId.Parse("a"), "hospital")], roster.ListActive());
        Assert.Equal([ClientId.Parse("hospital")], roster.FindMeant(ClientId.Parse("hospital")));
    }

    [Fact]
    public async Task Upload_OfAnotherClient_IsOutOfReachOfATokenThatNamesItInTheHeader()
    {
        await using var host = await AccessHost.StartAsync([.. Settings, .. AccessHost.TokenSettings(5, "combiner-token", ("Roles:0", "combiner"))]);
        await using var peer = new FednPeer(host.Address("combiner"), "a");
        await UploadAsync(peer, "client-token", "u", 1);

        foreach (var token in new[] { "other-token", "combiner-token" })
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => UploadAsync(peer, token, "u", 2));
            Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
            Assert.Equal("", await DownloadAsync(peer, token, "u"));

            // Its own uploads are its own, whatever the header says.
            await UploadAsync(peer, token, token, 3);
            Assert.Equal("03", await DownloadAsync(peer, token, token));
            Assert.Equal("", await DownloadAsync(peer, "client-token", token));
        }

        Assert.Equal("", await DownloadAsync(peer, "controller-token", "u"));
        Assert.Equal("01", await DownloadAsync(peer, "client-token", "u"));
        Assert.Equal("01", await DownloadAsync(peer, "admin-token", "u"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_OfATokenWithoutAClient_IsOfTheNamedClientWhereUnboundClientsAreAllowed(bool isAllowed)
    {
        await using var host = await AccessHost.StartAsync(
            [.. Settings, ("Authentication:AllowUnbound", isAllowed ? "true" : "false")]);
        await using var peer = new FednPeer(host.Address("combiner"), "a");
        await UploadAsync(peer, "client-token", "u", 1);

        var both = TestJwt.Of([("role", new JsonArray("client", "combiner")), ("exp", host.Time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds())]);

        Assert.Equal(isAllowed ? "01" : "", await DownloadAsync(peer, both, "u"));
        await UploadAsync(peer, both, "v", 2);
        Assert.Equal(isAllowed ? "02" : "", await DownloadAsync(peer, "client-token", "v"));
    }

    [Fact]
    public async Task Health_NeedsNoCredentials_AndAnyAuthorityIsServed()
    {
        await using var host = await AccessHost.StartAsync(Settings);

        // The message names a service that the server has none of.
        Assert.Equal(StatusCode.NotFound, await host.CallAsync("/grpc.health.v1.Health/Check", "", TestLimits.Step));
        Assert.Equal(StatusCode.OK, await host.CallAsync("/fedn.Connector/SendHeartbeat", "Bearer client-token", TestLimits.Step, ("Host", "combiner.example")));
        Assert.Equal(StatusCode.Unimplemented, await host.CallAsync("/fedn.Connector/Nothing", "", TestLimits.Step));
        Assert.Empty(host.Refusals);
    }

    private static async Task<string> CreateTokenAsync(AccessHost host, string name)
    {
        var (code, output, _) = await Commands.CommandLine.RunAsync("token", "create", name, "--role", "client", "--client-id", "a", "--data", host.Data);
        Assert.Equal(0, code);
        return output.Trim();
    }

    private static async Task UploadAsync(FednPeer peer, string token, string id, byte value)
    {
        using var call = peer.Models.Upload(Headers($"Bearer {token}"), cancellationToken: Token);
        try
        {
            await call.RequestStream.WriteAsync(new ModelRequest { Id = id, Data = ByteString.CopyFrom(value), Status = ModelStatus.InProgress }, Token);
            await call.RequestStream.WriteAsync(new ModelRequest { Id = id }, Token);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException)
        {
            // The call has ended early: its response says why.
        }

        await call;
    }

    private static async Task<string> DownloadAsync(FednPeer peer, string token, string id)
    {
        using var call = peer.Models.Download(new ModelRequest { Id = id }, Headers($"Bearer {token}"), cancellationToken: Token);
        var bytes = new List<byte>();
        await foreach (var part in call.ResponseStream.ReadAllAsync(Token))
        {
            bytes.AddRange(part.Data);
        }

        return Convert.ToHexString([.. bytes]);
    }

    private static Metadata Headers(string authorization) => authorization.Length == 0 ? [] : new() { { "authorization", authorization } };

    private static async Task<Grpc.Core.Status> StatusAsync(AsyncUnaryCall<Response> call)
    {
        try
        {
            await call;
            return Grpc.Core.Status.DefaultSuccess;
        }
        catch (RpcException refused)
        {
            return new Grpc.Core.Status(refused.StatusCode, refused.Status.Detail);
        }
        finally
        {
            call.Dispose();
        }
    }
}
