// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Security.Cryptography;
using Tributary.Client;
using Tributary.Protocol.Rest;
using Tributary.Testing;

namespace Tributary.Tests.Client;

/// <summary>The SDK's typed callers against the real server.</summary>
public sealed class ControllerClientTests : IAsyncLifetime
{
    private ServerHost _server = null!;
    private ControllerClient _controller = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync();
        _controller = _server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _controller.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Models_UploadedListedFoundDownloaded_AreTheSameBytes()
    {
        var bytes = ServerCalls.Encode(1, 2, 3);
        using var stream = new MemoryStream(bytes);

        var id = await _controller.Models.UploadAsync(stream, "first", Token);
        await _controller.UploadAsync(4);

        var listed = await _controller.Models.ListAsync(range: new ListRange(Limit: 1, OldestFirst: true), cancellationToken: Token);
        var found = await _controller.Models.FindAsync(id, Token);
        using var back = new MemoryStream();
        await _controller.Models.DownloadAsync(id, back, Token);
        Assert.Equal(2, listed.Count);
        Assert.Equal(found, Assert.Single(listed.Items));
        Assert.Equal((id, "first", "npz", (long?)bytes.Length), (found!.ModelId, found.Name, found.Format, found.Length));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), found.Sha256);
        Assert.Equal(bytes, back.ToArray());
        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task Models_Unknown_AreNullOrAnException()
    {
        Assert.Null(await _controller.Models.FindAsync("nobody", Token));
        var error = await Assert.ThrowsAsync<ControllerException>(() => _controller.Models.DownloadAsync("nobody", Stream.Null, Token));
        Assert.Equal((HttpStatusCode.NotFound, "Entity with id: nobody not found"), (error.Status, error.Message));
    }

    [Fact]
    public async Task Models_NoParameters_AreRefusedWithTheReason()
    {
        using var junk = new MemoryStream([1, 2, 3]);

        var error = await Assert.ThrowsAsync<ControllerException>(() => _controller.Models.UploadAsync(junk, "junk", Token));

        Assert.Equal(HttpStatusCode.BadRequest, error.Status);
        Assert.StartsWith("Failed to add model.", error.Message, StringComparison.Ordinal);
        Assert.Empty((await _controller.Models.ListAsync(cancellationToken: Token)).Items);
    }

    [Fact]
    public async Task Sessions_NobodyIsThere_AreNotStarted()
    {
        var session = await _controller.Sessions.CreateAsync(new SessionSettings { ModelId = await _controller.UploadAsync(1), ClientsRequired = 3 }, Token);

        var error = await Assert.ThrowsAsync<ControllerException>(() => _controller.Sessions.StartAsync(session.SessionId, cancellationToken: Token));

        Assert.Equal("Number of available clients is lower than the required minimum of 3", error.Message);
        Assert.Equal("Created", (await _controller.Sessions.GetAsync(session.SessionId, Token)).Status);
    }

    [Fact]
    public async Task Sessions_UnknownStrategy_AreRefused()
    {
        var error = await Assert.ThrowsAsync<ControllerException>(
            () => _controller.Sessions.CreateAsync(new SessionSettings { ModelId = "m", Aggregator = "magic" }, Token));

        Assert.Contains("magic", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_TerminatedWhileARoundIsOpen_End()
    {
        await using var participants = new ParticipantGroup();
        participants.Add(_server, "a", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("never reached");
        });
        await _controller.WaitForClientsAsync(1);
        var created = await _controller.Sessions.CreateAsync(new SessionSettings { ModelId = await _controller.UploadAsync(1) }, Token);
        await _controller.Sessions.StartAsync(created.SessionId, cancellationToken: Token);
        await participants.NextAsync<ParticipantEvent.TaskStarted>();

        await _controller.Sessions.TerminateAsync(created.SessionId, Token);

        var session = await _controller.Sessions.WaitUntilEndedAsync(created.SessionId, Token).WaitAsync(TestLimits.Step, Token);
        Assert.Equal(SessionSummary.Terminated, session.Status);
        Assert.Equal(session, Assert.Single((await _controller.Sessions.ListAsync(cancellationToken: Token)).Items));
    }

    [Fact]
    public async Task FollowRoundsAsync_RunningSession_YieldsEachRoundOnce()
    {
        await using var participants = new ParticipantGroup();
        participants.Add(_server, "a", ParticipantGroup.Adding(1, examples: 1));
        await _controller.WaitForClientsAsync(1);
        var session = await _controller.Sessions.CreateAsync(new SessionSettings { ModelId = await _controller.UploadAsync(0), Rounds = 6 }, Token);
        await _controller.Sessions.StartAsync(session.SessionId, rounds: 4, Token);

        var rounds = new List<RoundSummary>();
        await foreach (var round in _controller.Sessions.FollowRoundsAsync(session.SessionId, Token))
        {
            rounds.Add(round);
        }

        Assert.Equal(["1", "2", "3", "4"], rounds.Select(r => r.RoundId));
        Assert.All(rounds, r => Assert.Equal((1, session.SessionId), (r.Updates, r.SessionId)));
        Assert.All(rounds, r => Assert.NotNull(r.ModelId));
    }
}
