// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Controller.Tests;

public sealed class SessionTests : IAsyncLifetime
{
    private ControllerHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControllerHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("aggregator", null, "Class 'SessionConfigDTO' is missing field aggregator")]
    [InlineData("round_timeout", "0", "Validation failed for field 'round_timeout' with message: Round timeout is required")]
    [InlineData("aggregator", "\"\"", "Validation failed for field 'aggregator' with message: Aggregator is required")]
    [InlineData("validate", "null", "Validation failed for field 'validate' with message: Validate is required")]
    [InlineData("aggregator", "5", "aggregator is 5; expected a text")]
    [InlineData("aggregator", "\"nope\"", "aggregator is 'nope'; expected one of bulyan, fault-tolerant-fedavg, fedadagrad, fedadam, fedavg, fedavgm, fedbuff, fedmedian, fedopt, fedtrimmedavg, fedyogi, geometric-median, krum, multikrum, qfedavg")]
    [InlineData("round_timeout", "\"abc\"", "round_timeout is \"abc\"; expected a number")]
    [InlineData("round_timeout", "[1]", "round_timeout is [1]; expected a number")]
    [InlineData("round_timeout", "-1", "round_timeout is -1; expected seconds above 0, at most 604800")]
    [InlineData("round_timeout", "1e999", "round_timeout is 1e999; expected a number")]
    [InlineData("buffer_size", "1.5", "buffer_size is 1.5; expected a whole number")]
    [InlineData("buffer_size", "-2", "buffer_size is -2; expected -1 or a number above 0")]
    [InlineData("clients_required", "-1", "clients_required is -1; expected a number above 0")]
    [InlineData("requested_clients", "-1", "requested_clients is -1; expected 0 or more")]
    [InlineData("aggregator_kwargs", "\"{\\\"mu\\\": 1}\"", "aggregator_kwargs has 'mu', which the strategy does not know; expected none")]
    [InlineData("validate", "\"perhaps\"", "validate is \"perhaps\"; expected true or false")]
    [InlineData("model_id", "\"../evil\"", "model_id is '../evil'; expected 1 to 128 letters, digits, '-', '_' or '.', beginning with a letter or digit; or repository:name/version")]
    [InlineData("helper_type", "\"nope\"", "helper_type is 'nope'; expected one of numpyhelper, binaryhelper, androidhelper, pytorchhelper, kerashelper")]
    [InlineData("unheard_of", "1", "Invalid object: unknown field 'unheard_of'")]
    [InlineData("rounds", "99999999999", "rounds is 99999999999; expected a whole number")]
    public async Task Create_OneValueWrong_SaysWhich(string field, string? value, string expected)
    {
        var config = ControllerApi.Config("m");
        config.Remove(field);
        var text = config.ToJsonString();
        if (value is not null)
        {
            text = $"{text[..^1]},\"{field}\":{value}}}";
        }

        var (status, body) = await _host.PostAsync("/api/v1/sessions/", $$"""{"session_config": {{text}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, expected), (status, ControllerHost.Message(body)));
        Assert.Empty(_host.Disk.Sessions);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"session_config": 1}""")]
    [InlineData("""{"session_config": []}""")]
    public async Task Create_NoConfig_Is400(string body) => Assert.Equal(HttpStatusCode.BadRequest, (await _host.PostAsync("/api/v1/sessions/", body)).Status);

    [Theory]
    [InlineData("name")]
    [InlineData("session_id")]
    [InlineData("seed_model_id")]
    public async Task Create_NumberForAText_Is400(string field)
    {
        var config = ControllerApi.Config("m").ToJsonString();

        var (status, body) = await _host.PostAsync("/api/v1/sessions/", $$"""{"{{field}}": 5, "session_config": {{config}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, $"{field} is 5; expected a text"), (status, ControllerHost.Message(body)));
        Assert.Empty(_host.Disk.Sessions);
    }

    [Fact]
    public async Task Create_IdTakenOrUnusable_Is400()
    {
        var config = ControllerApi.Config("m").ToJsonString();
        Assert.Equal(HttpStatusCode.Created, (await _host.PostAsync("/api/v1/sessions/", $$"""{"session_id": "s", "session_config": {{config}}}""")).Status);

        Assert.Equal("session_id 's' is taken", ControllerHost.Message((await _host.PostAsync("/api/v1/sessions/", $$"""{"session_id": "s", "session_config": {{config}}}""")).Body));
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.PostAsync("/api/v1/sessions/", $$"""{"session_id": "../s", "session_config": {{config}}}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.PostAsync("/api/v1/sessions/", $$"""{"seed_model_id": "../s", "session_config": {{config}}}""")).Status);
    }

    [Theory]
    [InlineData("{}", "Session ID is required")]
    [InlineData("""{"session_id": 5}""", "Session ID is required")]
    [InlineData("""{"session_id": "none"}""", "Session with specified ID does not exist")]
    [InlineData("""{"session_id": "../evil"}""", "Session with specified ID does not exist")]
    [InlineData("""{"session_id": "s", "client_ids": ["a"]}""", "client_ids must be a comma separated string")]
    [InlineData("""{"session_id": "s", "rounds": "x"}""", "rounds is \"x\"; expected a whole number")]
    [InlineData("""{"session_id": "s", "rounds": 1.5}""", "rounds is 1.5; expected a whole number")]
    [InlineData("""{"session_id": "s", "round_timeout": {}}""", "round_timeout is {}; expected a number of seconds")]
    public async Task Start_Wrong_SaysWhy(string body, string expected)
    {
        var (status, text) = await _host.PostAsync("/api/v1/sessions/start", body);

        Assert.Equal((HttpStatusCode.BadRequest, expected), (status, ControllerHost.Message(text)));
    }

    [Fact]
    public async Task Session_FromCreationToTermination_AnswersAsTheTableSays()
    {
        var seed = await _host.Api.UploadModelAsync(NpzModel.Encode(1, 2), Token);
        var session = await _host.Api.CreateSessionAsync(seed, config => config["clients_required"] = 3, Token);
        var start = $$"""{"session_id": "{{session}}", "rounds": 2}""";
        _host.Connect("a");
        Assert.Equal("Number of available clients is lower than the required minimum of 3", ControllerHost.Message((await _host.PostAsync("/api/v1/sessions/start", start)).Body));
        _host.Connect("b");
        _host.Connect("c");
        Assert.Equal((HttpStatusCode.OK, """{"message":"Session started"}"""), await _host.PostAsync("/api/v1/sessions/start", start));
        Assert.Equal("A session is already running!", ControllerHost.Message((await _host.PostAsync("/api/v1/sessions/start", start)).Body));
        await Eventually.BecomesAsync("the round", () => _host.Disk.Selections.Count, count => count == 1);
        Assert.Contains("monitoring", (await _host.SendAsync(HttpMethod.Get, "/get_controller_status")).Body, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await PatchAsync(session, "Finished")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PatchAsync("none", "Terminated")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(session, "Terminated")).Status);

        var round = await Eventually.BecomesAsync(
            "the round's end", token => _host.Api.GetAsync("api/v1/rounds/1", token), r => r["status"]!.GetValue<string>() != "Pending");
        Assert.Equal("Terminated", round["status"]!.GetValue<string>());
        Assert.Single((await _host.Api.GetAsync("api/v1/rounds/?round_id=1", Token))["result"]!.AsArray());
        await Eventually.BecomesAsync("the run's end", () => _host.Disk.Runs[0].CompletedAt, at => at is not null);
        Assert.Equal(RoundStatus.Terminated, Assert.Single(_host.Disk.Rounds).Value.Status);
    }

    [Fact]
    public async Task Start_AsManyRunAsMay_Is429WithTheSettingsNameUntilOneEnds()
    {
        await using var host = await ControllerHost.StartAsync(services => services.Configure<Core.Sessions.SessionOptions>(options => options.MaxActive = 2));
        host.Connect("a");
        var seed = await host.Api.UploadModelAsync(NpzModel.Encode(1, 2), Token);
        var sessions = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            sessions.Add(await host.Api.CreateSessionAsync(seed, null, Token));
        }

        Assert.Equal(HttpStatusCode.OK, (await StartAsync(sessions[0])).Status);
        Assert.Equal(HttpStatusCode.OK, (await StartAsync(sessions[1])).Status);
        Assert.Equal(
            (HttpStatusCode.TooManyRequests, """{"message":"2 sessions are running, which is the limit (Sessions:MaxActive)"}"""), await StartAsync(sessions[2]));
        Assert.Equal("A session is already running!", ControllerHost.Message((await StartAsync(sessions[1])).Body));

        await host.SendAsync(HttpMethod.Patch, $"/api/v1/sessions/{sessions[0]}", """{"status": "Terminated"}"""u8.ToArray());
        await Eventually.BecomesAsync("the end of the first", () => host.Disk.Runs[0].CompletedAt, at => at is not null);
        Assert.Contains("monitoring", (await host.SendAsync(HttpMethod.Get, "/get_controller_status")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await StartAsync(sessions[2])).Status);
        Assert.Null(host.Disk.Runs[1].CompletedAt);

        Task<(HttpStatusCode Status, string Body)> StartAsync(string session) =>
            host.PostAsync("/api/v1/sessions/start", $$"""{"session_id": "{{session}}"}""");
    }

    private Task<(HttpStatusCode Status, string Body)> PatchAsync(string session, string status) =>
        _host.SendAsync(HttpMethod.Patch, $"/api/v1/sessions/{session}", System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["status"] = status }.ToJsonString()));
}
