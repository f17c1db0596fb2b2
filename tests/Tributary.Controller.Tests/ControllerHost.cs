// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Hosting;
using Tributary.Testing.Stores;

namespace Tributary.Controller.Tests;

/// <summary>The role on a real Kestrel, on stores in memory, beside a combiner that has the clients the test gives it.</summary>
internal sealed class ControllerHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ControllerHost(WebApplication app, MemoryDisk disk, ScriptedStoreFaults interceptor, ErrorWatch errors)
    {
        (_app, Disk, StoreFaults, Errors) = (app, disk, interceptor, errors);
        Api = new ControllerApi(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
    }

    public MemoryDisk Disk { get; }

    public ScriptedStoreFaults StoreFaults { get; }

    /// <summary>A test that provokes errors says which.</summary>
    public ErrorWatch Errors { get; }

    public ControllerApi Api { get; }

    public static async Task<ControllerHost> StartAsync(Action<IServiceCollection>? configure = null, CombinerAddress? combiner = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var errors = new ErrorWatch();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var (disk, interceptor) = (new MemoryDisk(), new ScriptedStoreFaults());
        new MemoryStores(disk, interceptor).AddTo(builder.Services);
        builder.Services.AddRounds();
        builder.Services.Configure<CombinerOptions>(options => (options.MaxModelBytes, options.ReturnTime) = (1 << 20, TimeSpan.Zero));
        builder.Services.AddController();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseController();
        app.UseProtectedEndpoints(ControllerExtensions.RoleName, endpoints => endpoints.MapController());
        if (combiner is not null)
        {
            app.Services.GetRequiredService<LocalCombinerLink>().Bound(combiner);
        }

        await app.StartAsync(Token);
        return new ControllerHost(app, disk, interceptor, errors);
    }

    public void Connect(string client) => _app.Services.GetRequiredService<ClientRoster>().Subscribe(ClientId.Parse(client), client);

    /// <summary>Sends a body as it is, and returns the status with the answer's text.</summary>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, byte[]? body = null, string type = "application/json")
    {
        // Put together as text: a path that begins with two slashes would be taken for a host.
        using var request = new HttpRequestMessage(method, new Uri(Api.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await Api.Http.SendAsync(request, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    public Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body));

    public static string Message(string body) => JsonNode.Parse(body)!["message"]!.GetValue<string>();

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Errors.Verify();
    }
}
