// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Core.Clients;
using Tributary.Core.Identity;
using Tributary.Hosting.Authorization;

namespace Tributary.Tests.Access;

/// <summary>A whole server with settings of access, whose clock and log the test has in its hands.</summary>
internal sealed class AccessHost : IAsyncDisposable
{
    public const string SessionsPath = "/api/v1/sessions/";

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private TributaryServer _server = null!;

    private AccessHost()
    {
    }

    public ManualTimeProvider Time { get; } = new();

    public LogLines Log { get; } = new();

    public string Data => _folder.Combine("data");

    public ITokenStore Tokens => _server.Services.GetRequiredService<ITokenStore>();

    public ClientRoster Roster => _server.Services.GetRequiredService<ClientRoster>();

    public EndpointCatalog Endpoints => _server.Services.GetRequiredService<EndpointCatalog>();

    /// <summary>The lines about refused requests.</summary>
    public IEnumerable<string> Refusals => Log.All.Where(line => line.StartsWith("Tributary.Hosting.Refusals: ", StringComparison.Ordinal));

    /// <summary>Starts a server; tokens of the data folder are made before, as on a command line.</summary>
    public static async Task<AccessHost> StartAsync(IEnumerable<(string Name, string Value)> settings, params IEnumerable<string[]> commands)
    {
        var host = new AccessHost();
        foreach (var command in commands)
        {
            Assert.Equal(0, (await Commands.CommandLine.RunAsync([.. command, "--data", host.Data])).Code);
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Combiner:AdvertisedPort", "443")])
            .AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value))
            .Build();
        try
        {
            host._server = await TributaryServer.StartAsync(
                ServerSettings.OnFreePorts(host.Data),
                configuration,
                builder =>
                {
                    builder.Logging.AddProvider(host.Log);
                    builder.Services.AddSingleton<TimeProvider>(host.Time);
                },
                Token);
        }
        catch
        {
            host._folder.Dispose();
            throw;
        }

        return host;
    }

    public static string Sha256(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The settings of a token.</summary>
    public static IEnumerable<(string Name, string Value)> TokenSettings(int index, string token, params IEnumerable<(string Name, string Value)> settings) =>
        [($"Authentication:Tokens:{index}:Name", token.Split('-')[0]), ($"Authentication:Tokens:{index}:Sha256", Sha256(token)), .. settings.Select(s => ($"Authentication:Tokens:{index}:{s.Name}", s.Value))];

    public Uri Address(string role) => _server.Addresses[role];

    /// <summary>Sends a request with an Authorization header, unless it is empty.</summary>
    public async Task<Answer> SendAsync(string role, string method, string path, string authorization, string? json = null, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address(role), path));
        if (authorization.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request, Token);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(Token), response.Headers);
    }

    /// <summary>
    /// Sends a message whose sender is the client 'a', the first field of most of the protocol's messages, and returns the status; OK also for a
    /// stream that has not ended after a time.
    /// </summary>
    public async Task<StatusCode> CallAsync(string path, string authorization, TimeSpan patience, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address("combiner"), path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 5, 0x0A, 3, 0x1A, 1, (byte)'a']),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("client", "a");
        if (authorization.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("authorization", authorization);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        if (!response.Headers.TryGetValues("grpc-status", out var status))
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
            late.CancelAfter(patience);
            try
            {
                await response.Content.ReadAsByteArrayAsync(late.Token);
                status = response.TrailingHeaders.GetValues("grpc-status");
            }
            catch (OperationCanceledException) when (!Token.IsCancellationRequested)
            {
                return StatusCode.OK;
            }
        }

        return (StatusCode)int.Parse(status.Single(), CultureInfo.InvariantCulture);
    }

    /// <summary>Sends a request that needs an administrator at the controller.</summary>
    public Task<Answer> ListSessionsAsync(string authorization) => SendAsync("controller", "GET", SessionsPath, authorization);

    /// <summary>Asks the controller for a combiner.</summary>
    public Task<Answer> JoinAsync(string authorization, string json) => SendAsync("controller", "POST", "/api/v1/clients/add", authorization, json);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>An answer.</summary>
    public sealed record Answer(HttpStatusCode Code, string Body, HttpResponseHeaders Headers)
    {
        public int Status => (int)Code;

        /// <summary>The text of an error, in the dialect of the controller or of the repository.</summary>
        public string? Message => JsonNode.Parse(Body) is JsonObject document ? (string?)(document["message"] ?? document["detail"]) : null;
    }
}
