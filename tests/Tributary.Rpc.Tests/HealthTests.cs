// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Tributary.Rpc.HealthMessages;
using Tributary.Testing;
using ServingStatus = Tributary.Rpc.HealthMessages.HealthCheckResponse.Types.ServingStatus;

namespace Tributary.Rpc.Tests;

public sealed class HealthTests : IAsyncLifetime
{
    private RpcHost _host = null!;
    private RpcChannel _channel = null!;
    private RpcHealth _health = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await RpcHost.StartAsync(endpoints => endpoints.MapRpcHealth());
        _channel = _host.Channel();
        _health = _host.Services.GetRequiredService<RpcHealth>();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Check_WholeServer_IsServing() => Assert.Equal(ServingStatus.Serving, await CheckAsync(""));

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => CheckAsync("a.B"));

        Assert.Equal(RpcStatusCode.NotFound, exception.Status.Code);
    }

    [Theory]
    [InlineData(RpcServingStatus.Serving)]
    [InlineData(RpcServingStatus.NotServing)]
    [InlineData(RpcServingStatus.Unknown)]
    public async Task Check_KnownService_IsWhatWasSet(RpcServingStatus status)
    {
        _health.SetStatus("a.B", status);

        Assert.Equal((int)status, (int)await CheckAsync("a.B"));
    }

    [Fact]
    public void SetStatus_ServiceUnknown_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _health.SetStatus("a.B", RpcServingStatus.ServiceUnknown));

    [Fact]
    public async Task Watch_UnknownService_TellsItThenEveryChange()
    {
        await using var watch = Watch("a.B");
        Assert.Equal(ServingStatus.ServiceUnknown, (await watch.ReadAsync(Token))?.Status);

        _health.SetStatus("other", RpcServingStatus.Serving);
        _health.SetStatus("a.B", RpcServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, (await watch.ReadAsync(Token))?.Status);

        _health.SetStatus("a.B", RpcServingStatus.Serving);
        _health.SetStatus("a.B", RpcServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, (await watch.ReadAsync(Token))?.Status);
    }

    [Fact]
    public async Task Watch_ServerStops_TellsNotServingAndEndsUnavailable()
    {
        await using var watch = Watch("");
        Assert.Equal(ServingStatus.Serving, (await watch.ReadAsync(Token))?.Status);

        var stop = _host.StopAsync();

        Assert.Equal(ServingStatus.NotServing, (await watch.ReadAsync(Token))?.Status);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await watch.ReadAsync(Token));
        Assert.Equal(RpcStatusCode.Unavailable, exception.Status.Code);
        await stop.WaitAsync(TestLimits.Step, Token);
    }

    [Fact]
    public async Task SetStatus_AfterTheStopBegan_StaysNotServing()
    {
        _health.SetStatus("a.B", RpcServingStatus.Serving);
        await _host.StopAsync();

        _health.SetStatus("a.B", RpcServingStatus.Serving);

        Assert.Equal(RpcServingStatus.NotServing, _health.GetStatus("a.B"));
        Assert.Equal(RpcServingStatus.ServiceUnknown, _health.GetStatus("c.D"));
    }

    private RpcServerStream<HealthCheckResponse> Watch(string service) => _channel.ServerStream<HealthCheckRequest, HealthCheckResponse>(
        "grpc.health.v1.Health/Watch", new HealthCheckRequest { Service = service }, new RpcCallOptions { Timeout = TestLimits.Step }, Token);

    private async Task<ServingStatus> CheckAsync(string service) => (await _channel.UnaryAsync<HealthCheckRequest, HealthCheckResponse>(
        "grpc.health.v1.Health/Check", new HealthCheckRequest { Service = service }, cancellationToken: Token)).Status;
}
