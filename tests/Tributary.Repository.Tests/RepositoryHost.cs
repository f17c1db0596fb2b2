// SPDX-License-Identifier: Apache-2.0

using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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

    /// <summary>The stored contents.</summary>
    public string[] Contents => Directory.GetFiles(Path.Combine(_folder.Root, "repository"));

    /// <summary>Files that are being written.</summary>
    public string[] Incoming => Directory.GetFiles(Path.Combine(_folder.Root, "spool", "incoming"));

    public static async Task<RepositoryHost> StartAsync(string path, params (string Name, string Value)[] settings)
    {
        var folder = new DataFolder(path);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddEmbeddedStorage(folder);
        builder.Services.AddRepository();
        var app = builder.Build();
        app.UseRepository();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new RepositoryHost(app, folder, new Uri(address));
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) =>
        Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PutFileAsync(string path, byte[] content)
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return Client.PutAsync(path, new MultipartFormDataContent { { file, "file", "m.zip" } }, TestContext.Current.CancellationToken);
    }

    public Task<string> GetTextAsync(string path) => Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    public Task<byte[]> GetBytesAsync(string path) => Client.GetByteArrayAsync(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestHeaders> configure)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        configure(request.Headers);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
