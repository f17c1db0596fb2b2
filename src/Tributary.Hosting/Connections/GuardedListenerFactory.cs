// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Tributary.Core;

namespace Tributary.Hosting.Connections;

/// <summary>The listeners of Kestrel, which close a connection at once where the process could not open many more files.</summary>
/// <remarks>Kestrel would go on to accept connections until there is no file left, and the runtime ends the process when it cannot have one.</remarks>
internal sealed class GuardedListenerFactory(SocketTransportFactory sockets) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken));

    private sealed class Listener(IConnectionListener inner) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (connection.Features.Get<IConnectionSocketFeature>() is not { } feature || !OpenFiles.IsLast(feature.Socket.SafeHandle))
                {
                    return connection;
                }

                feature.Socket.Dispose();
                await connection.DisposeAsync();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
