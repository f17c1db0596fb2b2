// SPDX-License-Identifier: Apache-2.0

using System.Net;

namespace Tributary.Client.Tests;

/// <summary>Typed callers against answers that go wrong; what goes right is tested against the server itself.</summary>
public sealed class ControllerClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, """{"message":"A session is already running!"}""", "A session is already running!")]
    [InlineData(500, "", "The controller answered with 500 (Internal Server Error).")]
    [InlineData(502, "<html>", "The controller answered with 502 (Bad Gateway).")]
    public async Task StartAsync_Refused_ThrowsTheServersMessage(int status, string body, string message)
    {
        await using var server = await ScriptedController.StartAsync((status, body));
        using var controller = new ControllerClient(server.Address);

        var error = await Assert.ThrowsAsync<ControllerException>(() => controller.Sessions.StartAsync("s-1", 3, Token));

        Assert.Equal(((HttpStatusCode)status, message), (error.Status, error.Message));
        Assert.Equal([("POST", "/api/v1/sessions/start", """{"session_id":"s-1","rounds":3}""")], server.Requests);
    }

    [Theory]
    [InlineData("""{"count":1}""")]
    [InlineData("""{"count":"x","result":[]}""")]
    [InlineData("""{"count":1,"result":[{}]}""")]
    [InlineData("null")]
    [InlineData("")]
    public async Task ListAsync_SenselessAnswer_Throws(string body)
    {
        await using var server = await ScriptedController.StartAsync((200, body));
        using var controller = new ControllerClient(server.Address);

        await Assert.ThrowsAsync<ControllerException>(() => controller.Models.ListAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task ListAsync_UnknownMembersAndMissingOnes_ReadsTheRest()
    {
        await using var server = await ScriptedController.StartAsync(
            (200, """{"count":9,"result":[{"model_id":"m","committed_at":"Wed, 04 Mar 2026 10:11:12 GMT","news":[1,{}]}]}"""));
        using var controller = new ControllerClient(server.Address);

        var models = await controller.Models.ListAsync("a b&c", new ListRange(2, 1, OldestFirst: true), Token);

        Assert.Equal(9, models.Count);
        Assert.Equal(("m", new DateTimeOffset(2026, 3, 4, 10, 11, 12, TimeSpan.Zero), null), (models.Items[0].ModelId, models.Items[0].CommittedAt, models.Items[0].Length));
        Assert.Equal("", models.Items[0].Name);
        Assert.Equal("/api/v1/models/?session_id=a%20b%26c", server.Requests.Single().Path);
    }

    [Fact]
    public async Task FindAsync_IdWithSlashes_StaysInItsPlace()
    {
        await using var server = await ScriptedController.StartAsync((404, """{"message":"Entity with id: x not found"}"""));
        using var controller = new ControllerClient(server.Address);

        Assert.Null(await controller.Models.FindAsync("../sessions/1?x", Token));
        Assert.StartsWith("/api/v1/models/", server.Requests.Single().Path, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => controller.Models.FindAsync("..", Token));
    }

    [Theory]
    [InlineData("https://fl.example", false, true)]
    [InlineData("http://127.0.0.1:8092", false, true)]
    [InlineData("http://[::1]:8092", false, true)]
    [InlineData("http://localhost:8092", false, true)]
    [InlineData("http://fl.example", false, false)]
    [InlineData("http://127.0.0.1.fl.example", false, false)]
    [InlineData("http://192.0.2.1", false, false)]
    [InlineData("http://192.0.2.1", true, true)]
    public void Constructor_WithAToken_RefusesPlainHttpBeyondLoopback(string address, bool allow, bool isAllowed)
    {
        var server = new Uri(address);
        Action[] constructors =
        [
            () => new ControllerClient(server, "secret", allowTokenOverHttp: allow).Dispose(),
            () => new RepositoryClient(server, "secret", allowTokenOverHttp: allow).Dispose(),
            () => _ = new Participant(Options(server, null), Train),
            () => _ = new Participant(Options(null, server), Train),
        ];

        foreach (var construct in constructors)
        {
            var error = Record.Exception(construct);
            Assert.Equal(isAllowed, error is null);
            Assert.True(isAllowed || error is ArgumentException { Message: var message }
                && message.Contains($"is '{server}', and a token is sent only over https or to a loopback address, unless AllowTokenOverHttp is set", StringComparison.Ordinal));
        }

        new ControllerClient(server).Dispose();

        ParticipantOptions Options(Uri? controller, Uri? combiner) =>
            new() { Name = "a", Token = "secret", Controller = controller, Combiner = combiner, AllowTokenOverHttp = allow };

        static Task<TrainingResult> Train(TrainingTask task, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }

    [Fact]
    public async Task AnyCall_NobodyListens_ThrowsWithoutAStatus()
    {
        using var controller = new ControllerClient(new Uri("http://127.0.0.1:1"));

        var error = await Assert.ThrowsAsync<ControllerException>(() => controller.Sessions.ListAsync(cancellationToken: Token));

        Assert.Null(error.Status);
    }

    [Fact]
    public void Constructor_NoHttpAddress_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new ControllerClient(new Uri("ftp://127.0.0.1/")));
}
