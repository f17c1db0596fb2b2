// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc.Tests;

/// <summary>Tests of our client against our server: the test service on a host of its own, and a channel to it.</summary>
public abstract class RpcTests : IAsyncLifetime
{
    private RpcHost? _host;
    private RpcChannel? _channel;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected TestService Service { get; } = new();

    private protected RpcHost Host => _host!;

    private protected RpcChannel Channel => _channel!;

    public async ValueTask InitializeAsync()
    {
        _host = await RpcHost.StartAsync(Service.Map);
        _channel = _host.Channel();
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected Task<Note> EchoAsync(Note note) => CallAsync("Echo", note);

    private protected Task<Note> CallAsync(string method, Note note) =>
        Channel.UnaryAsync<Note, Note>($"{TestService.Name}/{method}", note, cancellationToken: Token);
}
