// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tributary.Combiner.Tasks;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Testing;
using Tributary.Testing.Stores;

namespace Tributary.Combiner.Tests.Tasks;

/// <summary>The clients' records follow who is connected, also after a write that failed.</summary>
public sealed class ClientStatusWriterTests : IDisposable
{
    private static readonly IOptions<CombinerOptions> Options = Microsoft.Extensions.Options.Options.Create(new CombinerOptions());
    private static readonly ClientId A = ClientId.Parse("a");

    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedStoreFaults _interceptor = new();
    private readonly MemoryStores _stores;
    private readonly ClientRoster _roster;
    private readonly ClientStatusWriter _presence;

    public ClientStatusWriterTests()
    {
        _stores = new MemoryStores(new MemoryDisk(), _interceptor);
        _roster = new ClientRoster(_time, Options);
        _presence = new ClientStatusWriter(_roster, _stores.Clients, _time, Options, NullLogger<ClientStatusWriter>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _presence.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Record_WriteFails_IsMadeUpForByTheNext(bool isDoneAllTheSame)
    {
        var stream = _roster.Subscribe(A, "n");
        await _presence.RecordAsync(Token);
        Assert.Equal(ClientStatus.Online, Assert.Single(_stores.Disk.Clients).Status);
        stream.Dispose();
        if (isDoneAllTheSame)
        {
            _interceptor.FailAfter("set the status of clients");
        }
        else
        {
            _interceptor.FailBefore("set the status of clients");
        }

        await _presence.RecordAsync(Token);
        await _presence.RecordAsync(Token);

        Assert.Equal(ClientStatus.Offline, Assert.Single(_stores.Disk.Clients).Status);
        Assert.Empty(_roster.ListStatusChanges());
    }

    [Fact]
    public async Task TaskStream_ItsClientCannotBeRecorded_EndsAndLeavesNoClientOnline()
    {
        await using var host = await CombinerHost.StartAsync();
        host.Errors.Expect("simulated");
        host.StoreFaults.FailBefore("set the status of clients");
        await using var peer = host.Peer("a");
        await using var tasks = peer.ReadTasksAsync(Token).GetAsyncEnumerator(Token);
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => tasks.MoveNextAsync().AsTask());

        Assert.Empty(host.Roster.ListActive());
        Assert.Empty(host.Roster.ListStatusChanges());
    }
}
