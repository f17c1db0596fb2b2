// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Testing;

/// <summary>The ports on loopback at which a server can come back: no connection takes one while the server is away.</summary>
public static class FreePorts
{
    private const int First = 10_000;

    /// <summary>The number of ports that one process of tests tries before it comes to those of another.</summary>
    private const int PerProcess = 64;

    /// <summary>The first port that the system gives to connections.</summary>
    private static readonly int End = FindEnd();

    private static int _next = Environment.ProcessId * PerProcess;

    /// <summary>Finds a port that is free now.</summary>
    public static int Find()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, First + ((Interlocked.Increment(ref _next) & int.MaxValue) % (End - First)));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }

    private static int FindEnd()
    {
        const string Settings = "/proc/sys/net/ipv4/ip_local_port_range";
        const int Iana = 49_152;
        var end = File.Exists(Settings) ? int.Parse(File.ReadAllText(Settings).Split()[0], CultureInfo.InvariantCulture) : Iana;

        // Where connections may leave from nearly any port, all are as good.
        return end > First + PerProcess ? end : Iana;
    }
}
