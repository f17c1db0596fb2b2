// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.Extensions.Options;

namespace Tributary.Tests.Server;

/// <summary>The answers about readiness at the operations listener.</summary>
public sealed class ReadinessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("spool", "spool/uploads")]
    [InlineData("blobs", "models")]
    public async Task Folder_Gone_IsNamedUntilItIsBack(string check, string folder)
    {
        await using var server = await ServerHost.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Operations };
        var path = Path.Combine(server.DataFolder, folder);

        Directory.Move(path, $"{path}.away");
        var missing = await Eventually.BecomesAsync("the failure", GetAsync, answer => answer.Status == HttpStatusCode.ServiceUnavailable, TestLimits.Step, Token);
        Directory.Move($"{path}.away", path);
        var back = await Eventually.BecomesAsync("the recovery", GetAsync, answer => answer.Status == HttpStatusCode.OK, TestLimits.Step, Token);

        Assert.Equal($"{check}\n", missing.Text);
        Assert.Equal("ready", back.Text);
        Assert.Equal("live", await http.GetStringAsync("/livez", Token));

        async Task<(HttpStatusCode Status, string Text)> GetAsync(CancellationToken token)
        {
            using var answer = await http.GetAsync("/readyz", token);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(token));
        }
    }

    [Fact]
    public async Task Disk_BelowTheFloor_IsNotReadyOverGrpcEither()
    {
        await using var server = await ServerHost.StartAsync(("Health:MinFreeBytes", "9223372036854775807"));
        using var http = new HttpClient { BaseAddress = server.Operations };
        using var answer = await http.GetAsync("/readyz", Token);
        await using var peer = new FednPeer(server.Combiner, "a");
        var check = new Grpc.Core.Method<byte[], byte[]>(
            Grpc.Core.MethodType.Unary,
            "grpc.health.v1.Health",
            "Check",
            Grpc.Core.Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes),
            Grpc.Core.Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes));

        var health = await peer.Invoker.AsyncUnaryCall(check, null, new Grpc.Core.CallOptions(cancellationToken: Token), []);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("disk\n", await answer.Content.ReadAsStringAsync(Token));

        // Field 1, status, is 2: NOT_SERVING.
        Assert.Equal([0x08, 0x02], health);
    }

    [Theory]
    [InlineData("Health:MinFreeBytes", "-1", "Health:MinFreeBytes is -1; expected 0 or more.")]
    [InlineData("Health:MinFree", "1", "Health:MinFree is no setting; expected MinFreeBytes.")]
    [InlineData("Telemetry:Endpoint", "http://collector", "Telemetry:Endpoint is no setting; expected Otlp.")]
    [InlineData("Telemetry:Otlp:Header", "a=b", "Telemetry:Otlp:Header is no setting; expected Endpoint, Headers, Protocol.")]
    [InlineData("Tls:CertificatePath", "a.pem", "Tls:CertificatePath is no setting; expected Certificate, ClientCertificates, Key, Password.")]
    [InlineData("Telemetry:Otlp:Endpoint", "collector:4317", "Telemetry:Otlp:Endpoint is 'collector:4317'; expected http:// or https:// with a host, without user or query.")]
    [InlineData("Telemetry:Otlp:Protocol", "thrift", "Telemetry:Otlp:Protocol is 'thrift'; expected grpc or http.")]
    [InlineData("Telemetry:Otlp:Headers", "Bearer secret", "Telemetry:Otlp:Headers is malformed; expected NAME=VALUE with commas between.")]
    public async Task Setting_Wrong_IsRefusedAtTheStart(string name, string value, string error)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => ServerHost.StartAsync((name, value)));

        Assert.Equal([error], refused.Failures);
    }
}
