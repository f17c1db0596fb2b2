// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Tributary.Testing;

/// <summary>The controller's REST interface as a script would use it.</summary>
public sealed class ControllerApi(Uri controller) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = controller };

    public HttpClient Http => _http;

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(
        HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return status == HttpStatusCode.OK ? body! : throw new InvalidOperationException($"GET {path} answered {status}: {body}");
    }

    public async Task<string> UploadModelAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(bytes);
        return await UploadModelAsync(content, cancellationToken);
    }

    public async Task<string> UploadModelAsync(HttpContent file, CancellationToken cancellationToken)
    {
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { file, "file", "seed.npz" } };
        using var response = await _http.PostAsync(new Uri("api/v1/models/", UriKind.Relative), form, cancellationToken);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
        return response.IsSuccessStatusCode ? body["model_id"]!.GetValue<string>() : throw new InvalidOperationException($"{response.StatusCode}: {body}");
    }

    public async Task<string> CreateSessionAsync(string model, Action<JsonObject>? change, CancellationToken cancellationToken)
    {
        var config = Config(model);
        change?.Invoke(config);
        var (status, body) = await SendAsync(
            HttpMethod.Post, "api/v1/sessions/", new JsonObject { ["name"] = "test", ["session_config"] = config }, cancellationToken);
        return status == HttpStatusCode.Created
            ? body!["session_id"]!.GetValue<string>()
            : throw new InvalidOperationException($"The session was refused with {status}: {body}");
    }

    /// <summary>A configuration that is fine.</summary>
    public static JsonObject Config(string model) => new()
    {
        ["aggregator"] = "fedavg",
        ["round_timeout"] = 60,
        ["buffer_size"] = -1,
        ["rounds"] = 2,
        ["delete_models_storage"] = true,
        ["clients_required"] = 1,
        ["requested_clients"] = 0,
        ["validate"] = false,
        ["helper_type"] = "numpyhelper",
        ["model_id"] = model,
    };

    public Task StartSessionAsync(string session, int rounds, CancellationToken cancellationToken) => StartSessionAsync(session, rounds, [], cancellationToken);

    /// <summary>Starts a session with the given clients alone; none for all.</summary>
    public async Task StartSessionAsync(string session, int rounds, IEnumerable<string> clients, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["session_id"] = session, ["rounds"] = rounds, ["client_ids"] = string.Join(',', clients) };
        var (status, body) = await SendAsync(HttpMethod.Post, "api/v1/sessions/start", request, cancellationToken);
        if (status != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"The start was refused with {status}: {body}");
        }
    }

    /// <summary>Waits until so many clients are connected.</summary>
    public Task<JsonNode> ConnectedAsync(int clients) => Eventually.BecomesAsync(
        "the clients' connection",
        token => GetAsync("api/v1/clients/?status=online", token),
        found => found["count"]!.GetValue<int>() == clients);

    /// <summary>Waits for the end of a session; a failure shows what the server has logged.</summary>
    public Task<JsonNode> FinishedAsync(string session, ServerProcess server) => Eventually.BecomesAsync(
        $"the end of the session (log: {server.Errors})",
        token => GetAsync($"api/v1/sessions/{session}", token),
        found => found["status"]!.GetValue<string>() == "Finished");

    /// <summary>Downloads what the server sends to those who take a type.</summary>
    public async Task<byte[]> GetBytesAsync(string path, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(type);
        using var response = await _http.SendAsync(request, Token);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Token);
    }

    public void Dispose() => _http.Dispose();
}
