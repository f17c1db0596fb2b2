// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;

namespace Tributary.Server;

/// <summary>The check that the addresses of the listeners can be used, before anything of the server runs.</summary>
/// <remarks>The framework binds them last, and logs its own stack traces and those of all that has begun by then.</remarks>
internal static class ListenAddressCheck
{
    /// <exception cref="IOException">An address is in use, is none of this machine, or is not allowed to this user.</exception>
    public static void RequireFree(ServerSettings settings)
    {
        // All stay open until the last is: two may be in each other's way.
        var sockets = new List<Socket>();
        try
        {
            foreach (var (role, address) in settings.Roles)
            {
                _ = ServerSettings.TryGetAddress(address, out var ip);
                try
                {
                    var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                    sockets.Add(socket);
                    if (ip.Equals(IPAddress.IPv6Any))
                    {
                        socket.DualMode = true;
                    }

                    socket.Bind(new IPEndPoint(ip, address.Port));
                    socket.Listen();
                }
                catch (SocketException error)
                {
                    throw new IOException($"{ServerSettings.SectionName}:{role.Setting} is '{address}', which cannot be used: {error.Message}.");
                }
            }
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}
