// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography.X509Certificates;
using Tributary.Client.Rest;

namespace Tributary.Client;

/// <summary>
/// A client that drives a federation over the controller's REST interface. All members may be used from several threads at once.
/// </summary>
public sealed class ControllerClient : IDisposable
{
    private readonly ControllerConnection _connection;

    /// <summary>Creates a client; no connection is made yet.</summary>
    /// <param name="controller">The address of the controller, for instance <c>http://127.0.0.1:8092</c>.</param>
    /// <param name="token">A bearer token; null for none.</param>
    /// <param name="handler">The handler that carries the requests instead of own connections; not disposed. Null for the default.</param>
    /// <param name="timeProvider">The clock that measures waits; null for the system's.</param>
    /// <param name="allowTokenOverHttp">True to send the token over plain http beyond loopback too, where the network can read it. Default: false.</param>
    /// <exception cref="ArgumentException">The address is neither http:// nor https://, or the token may not be sent to it.</exception>
    public ControllerClient(
        Uri controller, string? token = null, HttpMessageHandler? handler = null, TimeProvider? timeProvider = null, bool allowTokenOverHttp = false)
    {
        _connection = new ControllerConnection(controller, token, handler, allowTokenOverHttp);
        Models = new ModelsClient(_connection);
        Sessions = new SessionsClient(_connection, timeProvider ?? TimeProvider.System);
        Reports = new ReportsClient(_connection);
    }

    /// <summary>Returns true where others on the network cannot read a token that is sent: over https, or to <c>localhost</c> or a loopback address.</summary>
    public static bool MaySendToken(Uri server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return TokenTransport.IsPrivate(server);
    }

    /// <summary>Creates the handler of a client that trusts the given authorities alone; the caller disposes it.</summary>
    /// <param name="authorities">The authorities, for servers whose certificate is issued by the federation itself.</param>
    public static HttpMessageHandler CreateHandler(X509Certificate2Collection authorities) => RestConnection.NewHandler(authorities);

    /// <summary>The models of the controller.</summary>
    public ModelsClient Models { get; }

    /// <summary>The sessions of the controller and their rounds.</summary>
    public SessionsClient Sessions { get; }

    /// <summary>The participants of the controller and their reports.</summary>
    public ReportsClient Reports { get; }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
