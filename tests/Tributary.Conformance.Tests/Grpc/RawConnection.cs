// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>An HTTP/2 connection that sends the frames it is told to, whether the server allows them or not.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private const int HeaderBytes = 9;
    private const byte EndHeaders = 4;
    private const byte Acknowledged = 1;

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The window of each stream and that of the connection, as the server has announced them.</summary>
    public (long Stream, long Connection) Windows { get; private set; } = (65_535, 65_535);

    /// <summary>Connects and returns once the server has announced its windows.</summary>
    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Token);
        var connection = new RawConnection(client);
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Token);
        await connection.SendAsync(RawFrameType.Settings, 0, 0, Array.Empty<byte>());
        await connection.PingAsync();
        return connection;
    }

    /// <summary>Begins a call on a stream.</summary>
    public Task BeginAsync(Uri address, int stream, string method, params (string Name, string Value)[] metadata)
    {
        (string, string)[] headers =
        [
            (":method", "POST"), (":scheme", "http"), (":path", method), (":authority", address.Authority),
            ("content-type", "application/grpc"), ("te", "trailers"), .. metadata,
        ];
        var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            // A literal without indexing, in plain text: names and values are shorter than 127 bytes.
            block.Write([0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
        }

        return SendAsync(RawFrameType.Headers, EndHeaders, stream, block.ToArray());
    }

    /// <summary>Sends bytes of a body in frames of at most 16 KiB, which every server takes.</summary>
    public async Task SendDataAsync(int stream, ReadOnlyMemory<byte> bytes)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, 16 << 10)..])
        {
            await SendAsync(RawFrameType.Data, 0, stream, bytes[..Math.Min(bytes.Length, 16 << 10)]);
        }
    }

    /// <summary>Returns the frames that come before the answer to a ping: by then the server has seen everything sent before.</summary>
    public async Task<IReadOnlyList<RawFrame>> PingAsync()
    {
        await SendAsync(RawFrameType.Ping, 0, 0, new byte[8]);
        return await ReadUntilAsync(frame => frame.Type == RawFrameType.Ping && (frame.Flags & Acknowledged) != 0);
    }

    /// <summary>Returns the frames up to the first wanted one; fails with those that came when the connection ends before.</summary>
    public async Task<IReadOnlyList<RawFrame>> ReadUntilAsync(Predicate<RawFrame> wanted)
    {
        var frames = new List<RawFrame>();
        do
        {
            frames.Add(await ReadAsync() ?? throw new EndOfStreamException($"The server closed the connection after: {string.Join(", ", frames)}"));
        }
        while (!wanted(frames[^1]));
        return frames;
    }

    /// <summary>Returns the frames that come until the server closes the connection.</summary>
    public async Task<IReadOnlyList<RawFrame>> ReadToEndAsync()
    {
        var frames = new List<RawFrame>();
        while (await ReadAsync() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SendAsync(RawFrameType type, byte flags, int stream, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsMemory(HeaderBytes));
        await _stream.WriteAsync(frame, Token);
    }

    private async Task<RawFrame?> ReadAsync()
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bounded.CancelAfter(TestLimits.Step);
        var header = new byte[HeaderBytes];
        try
        {
            await _stream.ReadExactlyAsync(header, bounded.Token);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >>> 8];
            await _stream.ReadExactlyAsync(payload, bounded.Token);
            var frame = new RawFrame((RawFrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
            await NoteAsync(frame);
            return frame;
        }
        catch (Exception error) when (error is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    private async Task NoteAsync(RawFrame frame)
    {
        switch (frame)
        {
            case { Type: RawFrameType.Settings, Flags: 0 }:
                for (var at = 0; at < frame.Payload.Length; at += 6)
                {
                    if (BinaryPrimitives.ReadInt16BigEndian(frame.Payload.AsSpan(at)) == 4)
                    {
                        Windows = (BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(at + 2)), Windows.Connection);
                    }
                }

                await SendAsync(RawFrameType.Settings, Acknowledged, 0, Array.Empty<byte>());
                break;
            case { Type: RawFrameType.WindowUpdate, Stream: 0 }:
                Windows = (Windows.Stream, Windows.Connection + frame.Number);
                break;
            default:
                break;
        }
    }
}

/// <summary>A frame that a server has sent.</summary>
internal sealed record RawFrame(RawFrameType Type, byte Flags, int Stream, byte[] Payload)
{
    /// <summary>The number that a payload ends with: an error code, or the increment of a window.</summary>
    public uint Number => Type switch
    {
        RawFrameType.Reset or RawFrameType.WindowUpdate => BinaryPrimitives.ReadUInt32BigEndian(Payload),
        RawFrameType.GoAway => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(4)),
        _ => 0,
    };
}

/// <summary>The types of frames that matter here.</summary>
internal enum RawFrameType : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
}
