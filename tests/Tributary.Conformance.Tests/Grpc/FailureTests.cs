// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Tributary.Protocol.Fedn;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>Failures of a server and of its stores, as callers and operators see them.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private const string StoreText = "A store of the server is out of order; try again.";

    private GrpcHost _host = null!;
    private FednPeer _peer = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await GrpcHost.StartProbesAsync();
        _peer = _host.Peer("a");
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("disk", "no space left")]
    [InlineData("denied", "Access to the path is denied.")]
    public async Task Store_FailsInAUnaryCall_IsUnavailableAndLoggedOnce(string deed, string logged)
    {
        var end = await EndAsync(ProbeAsync(deed));

        Assert.Equal((StatusCode.Unavailable, StoreText), end);
        Assert.Contains(logged, Assert.Single(_host.Errors.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_FailsWhileTheCallerIsIdentified_IsUnavailableAndLoggedOnce()
    {
        await using var host = await GrpcHost.StartCombinerAsync("Authentication:Required=true");
        await using var peer = host.Peer("a");
        host.StoreFaults.FailBefore("find a token");

        var end = await EndAsync(peer.Connector.SendHeartbeatAsync(
            new Heartbeat { Sender = new() { ClientId = "a" } }, new Metadata { { "authorization", "Bearer t" } }, cancellationToken: Token).ResponseAsync);

        Assert.Equal((StatusCode.Unavailable, StoreText), end);
        Assert.Contains("simulated", Assert.Single(host.Errors.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_FailsInAnUpload_IsUnavailableAndLoggedOnce()
    {
        using var call = _peer.Models.Upload([new("deed", "disk")], cancellationToken: Token);

        Assert.Equal((StatusCode.Unavailable, StoreText), await EndAsync(call.ResponseAsync));
        Assert.Contains("no space left", Assert.Single(_host.Errors.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_FailsInADownload_IsUnavailableAfterWhatWasRead()
    {
        using var call = _peer.Models.Download(new ModelRequest(), cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal((StatusCode.Unavailable, StoreText), await EndAsync(call.ResponseStream.MoveNext(Token)));
        Assert.Contains("the model's bytes end", Assert.Single(_host.Errors.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_Crashes_IsUnknownWithoutItsTextAndLoggedOnce()
    {
        using var upload = _peer.Models.Upload([new("deed", "crash")], cancellationToken: Token);

        foreach (var call in (Task[])[ProbeAsync("crash"), upload.ResponseAsync])
        {
            Assert.Equal((StatusCode.Unknown, "The server failed to handle the call"), await EndAsync(call));
        }

        Assert.All(_host.Errors.Take(), error => Assert.Contains("a secret of the server", error, StringComparison.Ordinal));
        Assert.Empty(_host.Errors.Take());
    }

    [Theory]
    [InlineData("x", 2000, 1024)]
    [InlineData("é", 2000, 1024 / 6)]
    [InlineData("日", 2000, 1024 / 9)]
    [InlineData("\U0001f600", 2000, 1024 / 12)]
    [InlineData("%", 2000, 1024 / 3)]
    [InlineData("x", 1024, 1024)]
    public async Task Detail_Long_IsCutBetweenCharacters(string character, int count, int expected)
    {
        var text = new StringBuilder().Insert(0, character, count).ToString();

        var (code, detail) = await EndAsync(ProbeAsync("fail", text, StatusCode.NotFound));

        Assert.Equal((StatusCode.NotFound, new StringBuilder().Insert(0, character, expected).ToString()), (code, detail));
    }

    [Fact]
    public async Task Uploads_AbandonedAtAnyMoment_AreNoErrorsOfTheServer()
    {
        for (var i = 0; i < 100; i++)
        {
            var name = $"abandoned-{i}";
            using var call = _peer.Models.Upload([new("name", name)], cancellationToken: Token);
            await call.RequestStream.WriteAsync(new ModelRequest { Data = ByteString.CopyFrom(new byte[i * 1000]) }, Token);
            await _host.Probes.BeginOf(name);
            call.Dispose();
            await _host.Probes.EndOf(name);
        }
    }

    private static async Task<(StatusCode Code, string Detail)> EndAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(TestLimits.Step, Token));
        return (error.StatusCode, error.Status.Detail);
    }

    private Task<Response> ProbeAsync(string deed, string text = "", StatusCode code = StatusCode.OK) => _peer.Connector.SendStatusAsync(
        new() { Status_ = deed, Data = text, Extra = $"{(int)code}" }, cancellationToken: Token).ResponseAsync;
}
