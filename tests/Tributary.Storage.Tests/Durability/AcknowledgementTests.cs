// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Tributary.Combiner;
using Tributary.Controller;
using Tributary.Hosting;
using Tributary.Protocol.Fedn;

namespace Tributary.Storage.Tests.Durability;

/// <summary>Whatever is acknowledged is on the disk before: while a sync or a commit is held, no answer comes.</summary>
[Collection(nameof(ListenToFailpoints))]
public sealed class AcknowledgementTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private DataFolder _data = null!;
    private WebApplication _app = null!;
    private FednPeer _peer = null!;
    private ControllerApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _data = new DataFolder(_folder.Path);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                listener.UseListener(CombinerExtensions.RoleName);
            });
            kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = HttpProtocols.Http1;
                listener.UseListener(ControllerExtensions.RoleName);
            });
        });
        builder.Services.AddEmbeddedStorage(_data).AddCombiner().AddController();
        _app = builder.Build();
        _app.MapListener(CombinerExtensions.RoleName, branch => branch.UseCombiner(), endpoints => endpoints.MapCombiner());
        _app.MapListener(ControllerExtensions.RoleName, branch => branch.UseController(), endpoints => endpoints.MapController());
        await _app.StartAsync(Token);
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        _peer = new FednPeer(new Uri(addresses[0]), "a");
        _api = new ControllerApi(new Uri(addresses[1]));
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        _api.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _data.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("file.syncing", "uploads")]
    [InlineData("file.renamed", "uploads")]
    [InlineData("database.committing", "record an upload")]
    public async Task Upload_HeldBeforeItIsDurable_IsNotAcknowledged(string step, string subject)
    {
        using var gate = new FailpointGate(subject);

        var answer = await HeldAsync(gate, step, () => _peer.UploadAsync("u", [1, 2, 3], Token));

        Assert.Equal(ModelStatus.Ok, answer.Status);
        AssertOnce(gate, subject);
    }

    [Theory]
    [InlineData("file.syncing", "models")]
    [InlineData("file.renamed", "models")]
    [InlineData("database.committing", "add a model")]
    public async Task PostModel_HeldBeforeItIsDurable_IsNotAcknowledged(string step, string subject)
    {
        using var gate = new FailpointGate(subject);

        Assert.NotEmpty(await HeldAsync(gate, step, () => _api.UploadModelAsync(NpzModel.Encode(1, 2), Token)));

        AssertOnce(gate, subject);
    }

    [Fact]
    public async Task StartAndUpdate_HeldBeforeTheirCommit_AreNotAcknowledged()
    {
        await using var tasks = _peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        var session = await PrepareSessionAsync();

        using (var gate = new FailpointGate("start a run"))
        {
            await HeldAsync(gate, "database.committing", async () =>
            {
                await _api.StartSessionAsync(session, 1, Token);
                return true;
            });
            AssertOnce(gate, "start a run");
        }

        Assert.True(await next.WaitAsync(TestLimits.Step, Token));
        await _peer.UploadAsync("u", NpzModel.Encode(2, 3), Token);
        using (var gate = new FailpointGate("accept updates"))
        {
            var answer = await HeldAsync(gate, "database.committing", () => _peer.SendUpdateAsync("u", tasks.Current, 1, Token));

            Assert.Equal("RECEIVED ModelUpdate  from client  ", answer.Response_);
            AssertOnce(gate, "accept updates");
        }
    }

    [Fact]
    public async Task Round_ModelHeldBeforeItIsDurable_StaysPending()
    {
        await using var tasks = _peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        var next = tasks.MoveNextAsync().AsTask();
        var session = await PrepareSessionAsync();
        await _api.StartSessionAsync(session, 1, Token);
        Assert.True(await next.WaitAsync(TestLimits.Step, Token));
        await _peer.UploadAsync("u", NpzModel.Encode(2, 3), Token);
        using var gate = new FailpointGate("models");
        var held = gate.CloseAsync("file.syncing");
        await _peer.SendUpdateAsync("u", tasks.Current, 1, Token);
        await held;

        Assert.Equal(1, (await _api.GetAsync("api/v1/models/", Token))["count"]!.GetValue<int>());
        Assert.Equal(0, (await _api.GetAsync("api/v1/rounds/?status=Success", Token))["count"]!.GetValue<int>());
        gate.Open();

        await Eventually.BecomesAsync("the round's model", token => _api.GetAsync("api/v1/models/", token), d => d["count"]!.GetValue<int>() == 2);
        AssertOnce(gate, "models");
    }

    /// <summary>A session whose one client is connected.</summary>
    private async Task<string> PrepareSessionAsync()
    {
        var seed = await _api.UploadModelAsync(NpzModel.Encode(1, 2), Token);
        var session = await _api.CreateSessionAsync(seed, null, Token);
        await _api.ConnectedAsync(1);
        return session;
    }

    /// <summary>Makes the call, holds it at the step, sees that other calls are answered and this one is not, and lets it go.</summary>
    private async Task<T> HeldAsync<T>(FailpointGate gate, string step, Func<Task<T>> call)
    {
        var held = gate.CloseAsync(step);
        var answer = call();
        await held;
        await _peer.HeartbeatAsync(Token);
        await _api.Http.GetStringAsync("health", Token);
        Assert.False(answer.IsCompleted, $"The answer came before {step}.");

        gate.Open();
        return await answer.WaitAsync(TestLimits.Step, Token);
    }

    /// <summary>One sync of the bytes and one of the name; or one commit. More would be slow, fewer would be lost.</summary>
    private static void AssertOnce(FailpointGate gate, string subject)
    {
        string[] expected = subject is "uploads" or "models"
            ? ["file.syncing", "file.synced", "file.renamed", "folder.synced"]
            : ["database.committing", "database.committed"];
        Assert.Equal(expected, gate.Steps);
    }
}

/// <summary>The steps are the process's: nothing else may run beside tests that listen to them.</summary>
[CollectionDefinition(nameof(ListenToFailpoints), DisableParallelization = true)]
public sealed class ListenToFailpoints;
