// SPDX-License-Identifier: Apache-2.0

using System.Net.Sockets;
using System.Text;

namespace Tributary.Testing;

/// <summary>HTTP/1.1 requests as no client library would send them.</summary>
public static class RawHttp
{
    /// <summary>Sends a request as it is, one byte for each character, and reads until the server ends the connection.</summary>
    public static async Task<string> SendAsync(Uri server, string request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
