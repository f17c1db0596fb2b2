// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Text.Json;

namespace Tributary.Client.Tests;

/// <summary>How a participant finds its combiner.</summary>
public sealed class AssignmentTests
{
    private readonly EventLog _events = new();

    [Fact]
    public async Task RunAsync_RetryThenError_AsksUntilItIsAssigned()
    {
        await using var combiner = await ScriptedCombiner.StartAsync();
        await using var controller = await ScriptedController.StartAsync(
            (203, """{"success":false,"status":"retry","message":"No compute package found."}"""),
            (503, "<html>"),
            ScriptedController.Assign(combiner.Address, "id-1"));

        await using var run = new Run(Participant(controller.Address));

        Assert.Equal("No compute package found.", (await _events.NextAsync<ParticipantEvent.Disconnected>()).Reason);
        Assert.Contains("503", (await _events.NextAsync<ParticipantEvent.Disconnected>()).Reason, StringComparison.Ordinal);
        var assigned = await _events.NextAsync<ParticipantEvent.Assigned>();
        Assert.Equal((combiner.Address, "id-1"), (assigned.Combiner, assigned.ClientId));
        await _events.NextAsync<ParticipantEvent.Connected>();
        Assert.Equal("id-1", await combiner.ClientHeaders.Reader.ReadAsync(TestContext.Current.CancellationToken));
        var (method, path, body) = controller.Requests.First();
        Assert.Equal(("POST", "/api/v1/clients/add"), (method, path));
        using var request = JsonDocument.Parse(body);
        Assert.Equal("hospital", request.RootElement.GetProperty("name").GetString());
        Assert.Equal("fast", request.RootElement.GetProperty("preferred_combiner").GetString());
        Assert.Equal("local", request.RootElement.GetProperty("package").GetString());
        Assert.False(request.RootElement.TryGetProperty("client_id", out _));
    }

    [Theory]
    [InlineData(400, """{"success":false,"message":"No combiner available."}""", "No combiner available.")]
    [InlineData(401, """{"message":"Missing token"}""", "Missing token")]
    [InlineData(404, "not here", "The controller answered with 404 (Not Found).")]
    public async Task RunAsync_Refused_EndsWithTheServersMessage(int status, string body, string message)
    {
        await using var controller = await ScriptedController.StartAsync((status, body));
        await using var run = new Run(Participant(controller.Address));

        var error = await run.FailsWithAsync<ControllerException>();

        Assert.Equal(((HttpStatusCode)status, message), (error.Status, error.Message));
        Assert.Single(controller.Requests);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("""{"status":"assigned"}""")]
    [InlineData("""{"host":"a","port":0,"client_id":"x"}""")]
    [InlineData("""{"host":"a","port":"many","client_id":"x"}""")]
    [InlineData("""{"host":"a","port":80}""")]
    public async Task RunAsync_SenselessAnswer_EndsWithAnException(string body)
    {
        await using var controller = await ScriptedController.StartAsync((200, body));
        await using var run = new Run(Participant(controller.Address));

        var error = await run.FailsWithAsync<ControllerException>();

        Assert.Equal(HttpStatusCode.OK, error.Status);
    }

    [Fact]
    public async Task RunAsync_NobodyListens_TriesAgainAndStopsWhenCancelled()
    {
        await using var run = new Run(Participant(new Uri("http://127.0.0.1:1")));

        for (var i = 0; i < 3; i++)
        {
            Assert.Contains("cannot be reached", (await _events.NextAsync<ParticipantEvent.Disconnected>()).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RunAsync_TokenAndCombinerOfPlainHttp_EndsWithoutSendingIt()
    {
        await using var controller = await ScriptedController.StartAsync(ScriptedController.Assign(new Uri("http://192.0.2.1:12080"), "id-1"));
        await using var run = new Run(Participant(controller.Address, "secret"));

        var error = await run.FailsWithAsync<ControllerException>();

        Assert.Equal(
            "The controller assigned the combiner at 'http://192.0.2.1:12080/', and a token is sent only over https or to a loopback address, unless "
            + "AllowTokenOverHttp is set.",
            error.Message);
    }

    [Fact]
    public async Task RunAsync_TokenAndCombinerOnLoopback_SendsIt()
    {
        await using var combiner = await ScriptedCombiner.StartAsync();
        await using var controller = await ScriptedController.StartAsync(ScriptedController.Assign(combiner.Address, "id-1"));
        await using var run = new Run(Participant(controller.Address, "secret"));

        await _events.NextAsync<ParticipantEvent.Connected>();

        Assert.Equal("Bearer secret", combiner.Authorization);
    }

    [Fact]
    public void Constructor_NoServerOrTwo_IsRefused()
    {
        var uri = new Uri("http://127.0.0.1:1");

        Assert.Throws<ArgumentException>(() => new Participant(new ParticipantOptions { Name = "a" }, (_, _) => throw new InvalidOperationException()));
        Assert.Throws<ArgumentException>(() => new Participant(
            new ParticipantOptions { Name = "a", Controller = uri, Combiner = uri }, (_, _) => throw new InvalidOperationException()));
    }

    private Participant Participant(Uri controller, string? token = null) => new(
        new ParticipantOptions
        {
            Controller = controller,
            Token = token,
            Name = "hospital",
            PreferredCombiner = "fast",
            RetryDelay = TimeSpan.FromMilliseconds(5),
            Random = new Random(1),
            Progress = _events,
        },
        (task, _) => Task.FromResult(new TrainingResult(task.Parameters, 1)));
}
