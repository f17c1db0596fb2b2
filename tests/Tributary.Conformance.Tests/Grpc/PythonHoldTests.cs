// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Clients;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The client of grpcio with calls that stay open: tasks that arrive, clients that are killed, a server that stops.</summary>
public sealed class PythonHoldTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Grpcio.GenerateAsync(_folder.Path);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TaskStream_Silent_HeadersComeAtOnceThenTheTaskThenTheStop()
    {
        await using var host = await GrpcHost.StartCombinerAsync();
        using var client = Hold(host.Address, "tasks", "held");
        Assert.Equal("open", await client.ReadLineAsync());
        var roster = host.Services.GetRequiredService<ClientRoster>();

        roster.Assign(new ClientTask
        {
            Kind = ClientTaskKind.Validate,
            Client = ClientId.Parse("held"),
            CorrelationId = "c",
            Round = 1,
            Session = "s",
            Model = ModelId.Parse("model"),
            At = TimeProvider.System.GetUtcNow(),
        });
        Assert.Equal("task model", await client.ReadLineAsync());
        await host.StopAsync();

        Assert.Equal("UNAVAILABLE server stopping", await client.ReadLineAsync());
    }

    [Fact]
    public async Task ServerStops_UploadAndUnreadDownload_AreToldUnavailable()
    {
        await using var host = await GrpcHost.StartCombinerAsync();
        await using (var peer = host.Peer("download"))
        {
            await peer.UploadAsync("download", new byte[32 << 20], Token);
        }

        using var upload = Hold(host.Address, "upload", "upload");
        using var download = Hold(host.Address, "download", "download");
        Assert.Equal("open", await upload.ReadLineAsync());
        Assert.Equal("open", await download.ReadLineAsync());

        await host.StopAsync();

        Assert.Equal("UNAVAILABLE server stopping", await upload.ReadLineAsync());
        await download.TellAsync();
        Assert.StartsWith("UNAVAILABLE ", await download.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UploadAbandoned_ProcessKilled_LeavesNothing()
    {
        using var data = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(new ServerStart(data.Combine("data")), Token);
        var incoming = data.Combine("data/spool/incoming");
        using var upload = Hold(server.Combiner, "upload", "abandoned");
        Assert.Equal("open", await upload.ReadLineAsync());
        await FilesBecomeAsync(incoming, count => count == 1);

        upload.Kill();

        await FilesBecomeAsync(incoming, count => count == 0);
        Assert.Empty(Directory.EnumerateFiles(data.Combine("data/spool/uploads")));
        await using var peer = new FednPeer(server.Combiner, "abandoned");
        await peer.UploadAsync("abandoned", [7], Token);
        Assert.Equal([7], await peer.DownloadAsync("abandoned", Token));
        Assert.DoesNotContain("fail", server.Errors, StringComparison.Ordinal);
    }

    private static Task<int> FilesBecomeAsync(string folder, Predicate<int> wanted) => Eventually.BecomesAsync(
        $"the number of files in '{folder}'", _ => Task.FromResult(Directory.EnumerateFiles(folder).Count()), wanted, TestLimits.Step, Token);

    private PythonProcess Hold(Uri address, string kind, string id) => new("grpc_hold.py", _folder.Path, address.Authority, kind, id);
}
