// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Tributary.Tests.Client;

namespace Tributary.Tests.Telemetry;

/// <summary>The export to a collector, here a listener that notes what comes.</summary>
public sealed class CollectorTests
{
    [Fact]
    public async Task Collector_Configured_ReceivesEverySignalWithTheHeader()
    {
        var received = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.Run(context =>
        {
            received.Enqueue($"{context.Request.Path} {context.Request.Headers["x-key"]}");
            context.Response.StatusCode = StatusCodes.Status200OK;
            return Task.CompletedTask;
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);

        await using (var server = await ServerHost.StartAsync(
            ("Telemetry:Otlp:Endpoint", collector.Urls.Single()), ("Telemetry:Otlp:Protocol", "http"), ("Telemetry:Otlp:Headers", "x-key=secret"),
            ("Logging:LogLevel:Tributary", "Information")))
        {
            await using var participants = new ParticipantGroup();
            using var controller = server.Client();
            participants.Add(server, "a", ParticipantGroup.Adding(1, examples: 1));
            await controller.WaitForClientsAsync(1);
            await controller.RunSessionAsync(new SessionSettings { ModelId = await controller.UploadAsync(0), Rounds = 1, Validate = false });
        }

        // Everything is exported when the server ends.
        Assert.Equal(["/v1/logs secret", "/v1/metrics secret", "/v1/traces secret"], received.Distinct().Order(StringComparer.Ordinal));
    }
}
