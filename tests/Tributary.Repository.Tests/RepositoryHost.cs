// SPDX-License-Identifier: Apache-2.0

using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Hosting;
using Tributary.Storage;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Tributary.Repository.Tests;

/// <summary>The role on a real Kestrel, with a folder that outlives it.</summary>
internal sealed class RepositoryHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataFolder _folder;

    private RepositoryHost(WebApplication app, DataFolder folder, Uri address)
    {
        (_app, _folder, Address) = (app, folder, address);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IRepositoryStore Store => _app.Services.GetRequiredService<IRepositoryStore>();

    /// <summary>What sessions ask before they train from a file.</summary>
    internal FileAccessPolicy Policy => _app.Services.GetRequiredService<FileAccessPolicy>();

    /// <summary>The whole of it in and out.</summary>
    public IRepositoryTransfer Transfer => _app.Services.GetRequiredService<IRepositoryTransfer>();

    /// <summary>Reads a dump into it, which is empty, as 'restore' does.</summary>
    public async Task RestoreAsync(Stream dump) => Assert.True(await Transfer.LoadAsync(
        LoadMode.Empty,
        (load, token) => RepositoryDump.ReadAsync(dump, new CheckedLoad(load, _app.Services.GetMaxDocumentBytes()), token),
        Token));

    /// <summary>The stored contents.</summary>
    public string[] Contents => Directory.GetFiles(Path.Combine(_folder.Root, "repository"));

    /// <summary>Files that are being written.</summary>
    public string[] Incoming => Directory.GetFiles(Path.Combine(_folder.Root, "spool", "incoming"));

    public static Task<RepositoryHost> StartAsync(string path, params (string Name, string Value)[] settings) =>
        StartAsync(path, static _ => { }, settings, configure: null);

    /// <summary>Tells, after each request, what data rate its body had to keep.</summary>
    public static Task<RepositoryHost> StartWatchedAsync(string path, Action<string, double?> watch) => StartAsync(path, app => app.Use(async (context, next) =>
    {
        await next(context);
        watch(context.Request.Path, context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate?.BytesPerSecond);
    }), []);

    /// <summary>What it logs goes to <paramref name="log"/>.</summary>
    public static Task<RepositoryHost> StartLoggedAsync(string path, ILoggerProvider log) =>
        StartAsync(path, static _ => { }, [], builder => builder.Logging.AddProvider(log));

    private static async Task<RepositoryHost> StartAsync(
        string path, Action<IApplicationBuilder> before, (string Name, string Value)[] settings, Action<WebApplicationBuilder>? configure = null)
    {
        var folder = new DataFolder(path);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddEmbeddedStorage(folder);
        builder.Services.AddRepository();
        configure?.Invoke(builder);
        var app = builder.Build();
        before(app);
        app.UseRepository();
        app.UseProtectedEndpoints(RepositoryExtensions.RoleName, _ => { });
        await app.StartAsync(Token);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new RepositoryHost(app, folder, new Uri(address));
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(path, Token);

    public Task<HttpResponseMessage> PostAsync(string path, string json) => Client.PostAsync(path, Json(json), Token);

    public Task<HttpResponseMessage> PutAsync(string path, string json) => Client.PutAsync(path, Json(json), Token);

    public Task<HttpResponseMessage> DeleteAsync(string path) => Client.DeleteAsync(new Uri(path, UriKind.Relative), Token);

    public Task<HttpResponseMessage> PutFileAsync(string path, byte[] content)
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return Client.PutAsync(path, new MultipartFormDataContent { { file, "file", "m.zip" } }, Token);
    }

    /// <summary>Sends a form of a JSON document and a file.</summary>
    public Task<HttpResponseMessage> PostFormAsync(string path, string json, byte[] content) =>
        Client.PostAsync(
            path, new MultipartFormDataContent { { Json(json), "metadata" }, { new ByteArrayContent(content), "file", "w.pkl" } }, Token);

    /// <summary>Calls with a token, and with a JSON body unless there is none.</summary>
    public Task<HttpResponseMessage> AsAsync(string token, string method, string path, string? json = null) =>
        SendAsAsync(token, method, path, json is null ? null : Json(json));

    /// <summary>Stores a file with a token.</summary>
    public Task<HttpResponseMessage> PutFileAsAsync(string token, string path, byte[] content) =>
        SendAsAsync(token, "PUT", path, new MultipartFormDataContent { { new ByteArrayContent(content), "file", "f" } });

    private Task<HttpResponseMessage> SendAsAsync(string token, string method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Client.SendAsync(request, Token);
    }

    /// <summary>Sends bytes as they are and reads until the server ends the connection.</summary>
    public Task<string> SendRawAsync(string request) => RawHttp.SendAsync(Address, request, Token);

    public Task<string> GetTextAsync(string path) => Client.GetStringAsync(path, Token);

    public async Task<JsonNode> GetJsonAsync(string path) => JsonNode.Parse(await GetTextAsync(path))!;

    public Task<byte[]> GetBytesAsync(string path) => Client.GetByteArrayAsync(path, Token);

    public Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestHeaders> configure)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        configure(request.Headers);
        return Client.SendAsync(request, Token);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
