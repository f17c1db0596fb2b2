// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Core;

namespace Tributary.Hosting.Connections;

/// <summary>The limit on the connections of a listener. One beyond it is told so in its protocol and closed.</summary>
internal sealed partial class ConnectionLimit(int maxConnections, TimeProvider time, ILogger<ConnectionLimit> logger)
{
    private const string Reason = "The server has reached its limit of connections; try again later.";

    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WarningPeriod = TimeSpan.FromMinutes(1);

    private static readonly byte[] Http1Refusal = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {Reason.Length}\r\n\r\n{Reason}");

    // RFC 9113: an empty SETTINGS frame (6.5), then GOAWAY (6.8) with the code REFUSED_STREAM, which clients take as UNAVAILABLE, and the reason as debug data.
    private static readonly byte[] Http2Settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    private static readonly byte[] Http2Refusal =
    [
        0, 0, (byte)(8 + Reason.Length), 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, .. Encoding.ASCII.GetBytes(Reason),
    ];

    private int _open;
    private long _warnedAt = long.MinValue;

    /// <summary>Counts the connections of a listener. Comes before TLS, so that handshakes count.</summary>
    public static void Count(ListenOptions listener, int maxConnections)
    {
        var services = listener.ApplicationServices;
        var limit = new ConnectionLimit(maxConnections, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ConnectionLimit>>());
        listener.Use(next => connection => limit.RunAsync(connection, next));
    }

    /// <summary>Refuses the connections beyond the limit, behind TLS.</summary>
    public static void Refuse(ListenOptions listener) =>
        listener.Use(next => connection => connection.Features.Get<Beyond>() is null ? next(connection) : RefuseAsync(connection));

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var handle = connection.Features.Get<IConnectionSocketFeature>()?.Socket.SafeHandle;
        var open = Interlocked.Increment(ref _open);
        try
        {
            if (open <= maxConnections && (handle is null || !OpenFiles.IsReserved(handle)))
            {
                await next(connection);
                return;
            }
        }
        finally
        {
            open = Interlocked.Decrement(ref _open);
        }

        // One that is being refused takes no place.
        Warn(connection.LocalEndPoint, open);
        connection.Features.Set(new Beyond());
        await next(connection);
    }

    /// <summary>Waits for the first bytes, which tell the protocol: an answer before them would be lost to some clients.</summary>
    private static async Task RefuseAsync(ConnectionContext connection)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(RequestTime);
        try
        {
            var (input, output) = (connection.Transport.Input, connection.Transport.Output);
            var read = await input.ReadAtLeastAsync(4, patience.Token);
            var isHttp2 = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, 4)).ToArray().AsSpan().SequenceEqual("PRI "u8);
            input.AdvanceTo(read.Buffer.End);
            if (isHttp2)
            {
                // A client that has not made its call would make it again at once.
                await output.WriteAsync(Http2Settings, patience.Token);
                read = await input.ReadAsync(patience.Token);
                input.AdvanceTo(read.Buffer.End);
            }

            await output.WriteAsync(isHttp2 ? Http2Refusal : Http1Refusal, patience.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
        }
    }

    private void Warn(EndPoint? address, int open)
    {
        var (last, now) = (Volatile.Read(ref _warnedAt), time.GetTimestamp());
        if ((last == long.MinValue || time.GetElapsedTime(last, now) >= WarningPeriod) && Interlocked.CompareExchange(ref _warnedAt, now, last) == last)
        {
            LogRefused(address, open, OpenFiles.Limit);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connections to {Address} are refused: {Count} are open, as many as Server:MaxConnections or the limit of {Files} open files allows")]
    private partial void LogRefused(EndPoint? address, int count, int files);

    private sealed class Beyond;
}
