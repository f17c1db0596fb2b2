// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tributary.Client.Tests;

/// <summary>A controller that gives prepared answers, the last one for ever.</summary>
internal sealed class ScriptedController : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(int Status, string Body)> _answers;
    private (int Status, string Body) _last = (500, "");

    private ScriptedController(WebApplication app, IEnumerable<(int Status, string Body)> answers) => (_app, _answers) = (app, new(answers));

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>What was asked: method, path with query, body.</summary>
    public ConcurrentQueue<(string Method, string Path, string Body)> Requests { get; } = [];

    public static async Task<ScriptedController> StartAsync(params IEnumerable<(int Status, string Body)> answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var controller = new ScriptedController(app, answers);
        app.Run(controller.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return controller;
    }

    public static (int Status, string Body) Assign(Uri combiner, string clientId) =>
        (200, $$"""{"status":"assigned","host":"{{combiner.Host}}","fqdn":null,"package":"local","ip":"","port":{{combiner.Port}},"helper_type":"","client_id":"{{clientId}}"}""");

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Requests.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, await reader.ReadToEndAsync(context.RequestAborted)));
        if (_answers.TryDequeue(out var next))
        {
            _last = next;
        }

        context.Response.StatusCode = _last.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(_last.Body, context.RequestAborted);
    }
}
