// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Tributary.Controller.Rest;
using Tributary.Core.Combiners;

namespace Tributary.Controller.Tests;

/// <summary>Whatever comes in, the answer is JSON with a message and never a 5xx while the stores work.</summary>
public sealed class EdgeTests : IAsyncLifetime
{
    private ControllerHost _host = null!;

    public static TheoryData<string> BodyPaths =>
        ["/api/v1/clients/add", "/api/v1/sessions/", "/api/v1/sessions/start", "/api/v1/models/list", "/api/v1/sessions/count"];

    public static TheoryData<string, byte[]> BadBodies => new()
    {
        { "nothing", [] },
        { "no JSON", "{"u8.ToArray() },
        { "a list", "[]"u8.ToArray() },
        { "a text", "\"x\""u8.ToArray() },
        { "null", "null"u8.ToArray() },
        { "too deep", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 50)) + "1" + new string('}', 50)) },
        { "half a surrogate pair", """{"session_id": "\ud800", "client_id": "\ud800", "name": "\ud800"}"""u8.ToArray() },
        { "no UTF-8", [.. "{\"name\": \""u8, 0xFF, 0xFE, .. "\"}"u8] },
        { "a name that is no Unicode", """{"\udc00": 1}"""u8.ToArray() },
    };

    public async ValueTask InitializeAsync() => _host = await ControllerHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task Body_Bad_IsA400WithAMessage(string what, byte[] body)
    {
        foreach (var path in BodyPaths.Select(row => row.Data))
        {
            var (status, text) = await _host.SendAsync(HttpMethod.Post, path, body);
            if (body.Length == 0 && path.EndsWith("list", StringComparison.Ordinal) | path.EndsWith("count", StringComparison.Ordinal))
            {
                Assert.Equal((path, HttpStatusCode.OK), (path, status));
                continue;
            }

            Assert.Equal((what, path, HttpStatusCode.BadRequest), (what, path, status));
            Assert.NotEmpty(ControllerHost.Message(text));
        }
    }

    [Theory]
    [InlineData("/api/v1/models/", "multipart/form-data; boundary=B", "7FFFFFFFFFFFFFFF")]
    [InlineData("/api/v1/sessions/", "application/json", "7FFFFFFFFFFFFFFF")]
    [InlineData("/api/v1/sessions/", "application/json", "FFFFFFFFFFFFFFFFFFF")]
    public async Task Body_WithAChunkSizeBeyondAllNumbers_IsA400(string path, string type, string size)
    {
        var request = $"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: {type}\r\n\r\n{size}\r\nx\r\n";

        var answer = await RawHttp.SendAsync(_host.Api.Http.BaseAddress!, request, Token);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"message":"Bad chunk size data."}""", answer, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BodyPaths))]
    public async Task Body_TooLarge_IsA413(string path)
    {
        var (status, text) = await _host.PostAsync(path, $$"""{"name": "{{new string('x', 1 << 20)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.NotEmpty(ControllerHost.Message(text));
    }

    [Theory]
    [InlineData("//api/v1/models/", 200)]
    [InlineData("/api//v1///models", 200)]
    [InlineData("/api/v1/clients", 200)]
    [InlineData("/api/v1/clients/", 200)]
    [InlineData("/health", 200)]
    [InlineData("/api/v1/models/none", 404)]
    [InlineData("/api/v1/rounds/x", 404)]
    [InlineData("/api/v1/models/none/download", 404)]
    [InlineData("/api/v1/models/..%2Fevil/download", 404)]
    [InlineData("/api/v1/nothing", 404)]
    [InlineData("/", 404)]
    [InlineData("/api/v1/models/?nope=1", 200)]
    [InlineData("/api/v1/models/count?nope=1", 200)]
    [InlineData("/api/v1/rounds/?round_id=x", 200)]
    [InlineData("/api/v1/sessions/?status=nope", 200)]
    public async Task Get_AnyPath_HasItsStatus(string path, int expected) => Assert.Equal(expected, (int)(await _host.SendAsync(HttpMethod.Get, path)).Status);

    [Fact]
    public async Task Get_Unknown_NamesWhatWasAskedFor()
    {
        Assert.Equal("Entity with id: none not found", ControllerHost.Message((await _host.SendAsync(HttpMethod.Get, "/api/v1/models/none")).Body));
        foreach (var path in new[] { "/nope", "/nope.html", "/a.b/c.d", "/api/v1/models.json" })
        {
            Assert.Equal($"There is nothing at GET {path}", ControllerHost.Message((await _host.SendAsync(HttpMethod.Get, path)).Body));
        }
    }

    [Theory]
    [InlineData("2", "0", "", "c,b")]
    [InlineData("2", "1", "", "b,a")]
    [InlineData("1", "0", "asc", "a")]
    [InlineData("x", "-1", "sideways", "c,b,a")]
    [InlineData("99999999999", "0", "ASC", "a,b,c")]
    public async Task List_PagingHeaders_ChooseThePart(string limit, string skip, string order, string expected)
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            await _host.PostAsync("/api/v1/clients/add", $$"""{"client_id": "{{name}}"}""");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/clients/");
        request.Headers.TryAddWithoutValidation("X-Limit", limit);
        request.Headers.TryAddWithoutValidation("X-Skip", skip);
        request.Headers.TryAddWithoutValidation("X-Sort-Order", order);
        using var response = await _host.Api.Http.SendAsync(request, Token);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;

        Assert.Equal(3, body["count"]!.GetValue<int>());
        Assert.Equal(expected, string.Join(',', body["result"]!.AsArray().Select(c => c!["client_id"]!.GetValue<string>())));
    }

    [Fact]
    public async Task List_FiltersThatItDoesNotKnow_AreIgnored()
    {
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "a", "name": "x"}""");
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "b", "name": "y"}""");

        var (status, listed) = await _host.SendAsync(HttpMethod.Get, "/api/v1/clients/?nope=1&name=y&_=1700000000");
        var (_, counted) = await _host.PostAsync("/api/v1/clients/count", """{"nope": "x"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("b", Assert.Single(JsonNode.Parse(listed)!["result"]!.AsArray())!["client_id"]!.GetValue<string>());
        Assert.Equal("2", counted);
    }

    [Fact]
    public async Task List_FiltersInTheBody_AreEqualities()
    {
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "a", "name": "x"}""");
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "b", "name": "y"}""");

        var (_, listed) = await _host.PostAsync("/api/v1/clients/list", """{"name__eq": "y"}""");
        var (_, counted) = await _host.PostAsync("/api/v1/clients/count", """{"name": "x"}""");

        Assert.Equal("b", JsonNode.Parse(listed)!["result"]![0]!["client_id"]!.GetValue<string>());
        Assert.Equal("1", counted);
    }

    [Fact]
    public async Task List_FiltersInAForm_AreEqualities()
    {
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "a", "name": "x"}""");
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "b", "name": "y z&"}""");
        const string Form = "application/x-www-form-urlencoded; charset=utf-8";

        var (_, listed) = await _host.SendAsync(HttpMethod.Post, "/api/v1/clients/list", "name=y+z%26"u8.ToArray(), Form);
        var (_, counted) = await _host.SendAsync(HttpMethod.Post, "/api/v1/clients/count", "name__eq=x&client_id=a"u8.ToArray(), Form);
        var (unknown, _) = await _host.SendAsync(HttpMethod.Post, "/api/v1/clients/list", "nope=1"u8.ToArray(), Form);
        var (tooLong, _) = await _host.SendAsync(HttpMethod.Post, "/api/v1/clients/list", new byte[(1 << 20) + 1], Form);

        Assert.Equal("b", Assert.Single(JsonNode.Parse(listed)!["result"]!.AsArray())!["client_id"]!.GetValue<string>());
        Assert.Equal("1", counted);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.RequestEntityTooLarge), (unknown, tooLong));
    }

    [Fact]
    public async Task List_BodyOfAnotherType_IsA400ThatNamesIt()
    {
        var (status, text) = await _host.SendAsync(HttpMethod.Post, "/api/v1/clients/list", "name: x"u8.ToArray(), "text/yaml");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("Content-Type is 'text/yaml'; expected application/json or", ControllerHost.Message(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("99999")]
    public async Task List_NoLimitOrTooHigh_IsBounded(string limit)
    {
        var context = new DefaultHttpContext { Request = { Method = "GET" } };
        context.Request.Headers["X-Limit"] = limit;

        Assert.Equal(10_000, (await ListRequest.ReadAsync(context.Request, [], Token)).Page.Limit);
    }

    [Fact]
    public async Task Store_OutOfOrder_IsA503ThatSaysNothingMore()
    {
        _host.Errors.Expect("simulated");
        _host.StoreFaults.FailBefore("list models");

        var (status, body) = await _host.SendAsync(HttpMethod.Get, "/api/v1/models/");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "A store of the server is out of order; try again."), (status, ControllerHost.Message(body)));
    }

    [Fact]
    public async Task ClientsAdd_Cases_AreThoseOfTheTable()
    {
        Assert.Equal(HttpStatusCode.NonAuthoritativeInformation, (await _host.PostAsync("/api/v1/clients/add", """{"package": "remote"}""")).Status);
        var (assigned, body) = await _host.PostAsync("/api/v1/clients/add", """{"package": "local", "preferred_combiner": ""}""");
        Assert.Equal(HttpStatusCode.OK, assigned);
        Assert.Equal(("", "assigned"), (JsonNode.Parse(body)!["helper_type"]!.GetValue<string>(), JsonNode.Parse(body)!["status"]!.GetValue<string>()));
        Assert.NotEmpty(JsonNode.Parse(body)!["client_id"]!.GetValue<string>());
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "a"}""");
        await _host.PostAsync("/api/v1/clients/add", """{"client_id": "a", "preferred_combiner": "combiner"}""");
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.PostAsync("/api/v1/clients/add", """{"preferred_combiner": "nope"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.PostAsync("/api/v1/clients/add", """{"client_id": "a\u0000"}""")).Status);

        Assert.Equal(2, _host.Disk.Clients.Count);
    }

    [Theory]
    [InlineData("clients/add", "name", """{"name": "a\u0000"}""")]
    [InlineData("clients/add", "package", """{"package": "\u0000"}""")]
    [InlineData("sessions/start", "model_name_prefix", """{"session_id": "s", "model_name_prefix": "a\u0000"}""")]
    [InlineData("sessions/start", "client_ids", """{"session_id": "s", "client_ids": "a\u0000,b"}""")]
    public async Task Name_WithANullCharacter_IsA400ThatNamesIt(string path, string field, string json)
    {
        var (status, body) = await _host.PostAsync($"/api/v1/{path}", json);

        Assert.Equal((HttpStatusCode.BadRequest, $"{field} holds a null character; expected a text without one"), (status, ControllerHost.Message(body)));
    }

    [Fact]
    public async Task Session_WithMaxClients_ShowsThemAndOneWithoutHasNoSuchField()
    {
        var model = await _host.Api.UploadModelAsync(NpzModel.Encode(1), Token);
        var limited = await _host.Api.CreateSessionAsync(model, config => config["max_clients"] = 3, Token);
        var other = await _host.Api.CreateSessionAsync(model, null, Token);
        var wrong = ControllerApi.Config(model);
        wrong["max_clients"] = -1;

        var (status, text) = await _host.PostAsync("/api/v1/sessions/", new JsonObject { ["session_config"] = wrong }.ToJsonString());

        Assert.Equal(3, (await _host.Api.GetAsync($"api/v1/sessions/{limited}", Token))["session_config"]!["max_clients"]!.GetValue<int>());
        Assert.Null((await _host.Api.GetAsync($"api/v1/sessions/{other}", Token))["session_config"]!["max_clients"]);
        Assert.Equal((HttpStatusCode.BadRequest, "max_clients is -1; expected 0, or at least the clients required, 1"), (status, ControllerHost.Message(text)));
    }

    [Theory]
    [InlineData("/api/v1/clients/add", "name", "")]
    [InlineData("/api/v1/clients/add", "package", "")]
    [InlineData("/api/v1/clients/add", "preferred_combiner", "")]
    [InlineData("/api/v1/sessions/", "name", "session")]
    [InlineData("/api/v1/sessions/start", "model_name_prefix", "start")]
    public async Task Name_LongerThanIsKept_IsRefusedWithItsField(string path, string field, string kind)
    {
        var model = await _host.Api.UploadModelAsync(NpzModel.Encode(1), Token);
        var session = await _host.Api.CreateSessionAsync(model, null, Token);
        var body = kind switch
        {
            "session" => new JsonObject { ["session_config"] = ControllerApi.Config(model) },
            "start" => new JsonObject { ["session_id"] = session },
            _ => [],
        };
        body[field] = new string('x', 1025);

        var (status, text) = await _host.PostAsync(path, body.ToJsonString());

        Assert.Equal((HttpStatusCode.BadRequest, $"{field} has 1025 characters; expected at most 1024"), (status, ControllerHost.Message(text)));
    }

    [Theory]
    [InlineData("0.0.0.0", "", "127.0.0.1")]
    [InlineData("[::]", "", "127.0.0.1")]
    [InlineData("0.0.0.0", "fl.example", "fl.example")]
    [InlineData("10.1.2.3", "", "10.1.2.3")]
    public async Task ClientsAdd_CombinerOnEveryAddress_NamesTheOneThatWasAsked(string bound, string advertised, string expected)
    {
        await using var host = await ControllerHost.StartAsync(
            services => services.Configure<CombinerOptions>(options => options.AdvertisedHost = advertised), new CombinerAddress(bound, 12080));

        var (_, body) = await host.PostAsync("/api/v1/clients/add", "{}");

        Assert.Equal((expected, 12080), (JsonNode.Parse(body)!["host"]!.GetValue<string>(), JsonNode.Parse(body)!["port"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Helper_NoneThenSetThenWrong()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.SendAsync(HttpMethod.Get, "/api/v1/helpers/active")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _host.SendAsync(HttpMethod.Put, "/api/v1/helpers/active", """{"helper": "numpyhelper"}"""u8.ToArray())).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.SendAsync(HttpMethod.Put, "/api/v1/helpers/active", """{"helper": "xyz"}"""u8.ToArray())).Status);
        Assert.Equal("\"numpyhelper\"", (await _host.SendAsync(HttpMethod.Get, "/api/v1/helpers/active")).Body);
    }
}
