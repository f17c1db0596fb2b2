// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Security.Cryptography;

namespace Tributary.Tests.Client;

/// <summary>The SDK's typed callers against the real server.</summary>
public sealed class ControllerClientTests : ServerTests
{
    [Fact]
    public async Task Models_UploadedListedFoundDownloaded_AreTheSameBytes()
    {
        var bytes = NpzModel.Encode(1, 2, 3);
        using var stream = new MemoryStream(bytes);

        var id = await Controller.Models.UploadAsync(stream, "first", Token);
        await Controller.UploadAsync(4);

        var listed = await Controller.Models.ListAsync(range: new ListRange(Limit: 1, OldestFirst: true), cancellationToken: Token);
        var found = await Controller.Models.FindAsync(id, Token);
        using var back = new MemoryStream();
        await Controller.Models.DownloadAsync(id, back, Token);
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
        Assert.Null(await Controller.Models.FindAsync("nobody", Token));
        var error = await Assert.ThrowsAsync<ControllerException>(() => Controller.Models.DownloadAsync("nobody", Stream.Null, Token));
        Assert.Equal((HttpStatusCode.NotFound, "Entity with id: nobody not found"), (error.Status, error.Message));
    }

    [Fact]
    public async Task Models_NoParameters_AreRefusedWithTheReason()
    {
        using var junk = new MemoryStream([1, 2, 3]);

        var error = await Assert.ThrowsAsync<ControllerException>(() => Controller.Models.UploadAsync(junk, "junk", Token));

        Assert.Equal(HttpStatusCode.BadRequest, error.Status);
        Assert.StartsWith("Failed to add model.", error.Message, StringComparison.Ordinal);
        Assert.Empty((await Controller.Models.ListAsync(cancellationToken: Token)).Items);
    }

    [Fact]
    public async Task Sessions_NobodyIsThere_AreNotStarted()
    {
        var session = await Controller.Sessions.CreateAsync(new SessionSettings { ModelId = await Controller.UploadAsync(1), ClientsRequired = 3 }, Token);

        var error = await Assert.ThrowsAsync<ControllerException>(() => Controller.Sessions.StartAsync(session.SessionId, cancellationToken: Token));

        Assert.Equal("Number of available clients is lower than the required minimum of 3", error.Message);
        Assert.Equal("Created", (await Controller.Sessions.GetAsync(session.SessionId, Token)).Status);
    }

    [Fact]
    public async Task Sessions_UnknownStrategy_AreRefused()
    {
        var error = await Assert.ThrowsAsync<ControllerException>(
            () => Controller.Sessions.CreateAsync(new SessionSettings { ModelId = "m", Aggregator = "magic" }, Token));

        Assert.Contains("magic", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_TerminatedWhileARoundIsOpen_End()
    {
        await using var participants = new ParticipantGroup();
        participants.Add(Server, "a", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("never reached");
        });
        await Controller.WaitForClientsAsync(1);
        var created = await Controller.Sessions.CreateAsync(new SessionSettings { ModelId = await Controller.UploadAsync(1) }, Token);
        await Controller.Sessions.StartAsync(created.SessionId, cancellationToken: Token);
        await participants.NextAsync<ParticipantEvent.TaskStarted>();

        await Controller.Sessions.TerminateAsync(created.SessionId, Token);

        var session = await Controller.Sessions.WaitUntilEndedAsync(created.SessionId, Token).WaitAsync(TestLimits.Step, Token);
        Assert.Equal(SessionSummary.Terminated, session.Status);
        Assert.Equal(session, Assert.Single((await Controller.Sessions.ListAsync(cancellationToken: Token)).Items));
    }

    [Fact]
    public async Task FollowRoundsAsync_RunningSession_YieldsEachRoundOnce()
    {
        await using var participants = new ParticipantGroup();
        participants.Add(Server, "a", ParticipantGroup.Adding(1, examples: 1));
        await Controller.WaitForClientsAsync(1);
        var session = await Controller.Sessions.CreateAsync(new SessionSettings { ModelId = await Controller.UploadAsync(0), Rounds = 6 }, Token);
        await Controller.Sessions.StartAsync(session.SessionId, rounds: 4, Token);

        var rounds = new List<RoundSummary>();
        await foreach (var round in Controller.Sessions.FollowRoundsAsync(session.SessionId, Token))
        {
            rounds.Add(round);
        }

        Assert.Equal(["1", "2", "3", "4"], rounds.Select(r => r.RoundId));
        Assert.All(rounds, r => Assert.Equal((1, session.SessionId), (r.Updates, r.SessionId)));
        Assert.All(rounds, r => Assert.NotNull(r.ModelId));
    }
}
