// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Tributary.Benchmarks.Repository;

/// <summary>A caller that costs next to nothing: what is measured is the server.</summary>
internal sealed class PlainHttp : IDisposable
{
    public const string Boundary = "benchmark-boundary";

    private const int BufferBytes = 1 << 20;
    private const string Head = "--" + Boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    private const string Tail = "\r\n--" + Boundary + "--\r\n";

    private readonly Uri _server;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[BufferBytes];

    public PlainHttp(Uri server)
    {
        _server = server;
        _socket.Connect(server.Host, server.Port);
    }

    public void Upload(string path, string file)
    {
        var length = Head.Length + new FileInfo(file).Length + Tail.Length;
        Send($"PUT {path} HTTP/1.1\r\nHost: {_server.Authority}\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\nContent-Length: {length}\r\n\r\n{Head}");
        _socket.SendFile(file);
        Send(Tail);
        Receive("204");
    }

    public void Post(string path, string json)
    {
        Send($"POST {path} HTTP/1.1\r\nHost: {_server.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");
        Receive("201");
    }

    /// <returns>The length of the body.</returns>
    public long Get(string path)
    {
        Send($"GET {path} HTTP/1.1\r\nHost: {_server.Authority}\r\n\r\n");
        return Receive("200");
    }

    public void Dispose() => _socket.Dispose();

    private void Send(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += _socket.Send(bytes.AsSpan(sent));
        }
    }

    private long Receive(string status)
    {
        var filled = 0;
        int end;
        while ((end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            filled += ReceiveSome(filled);
        }

        var head = _buffer.AsSpan(0, end);
        if (!head.StartsWith(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}")))
        {
            throw new InvalidOperationException($"The server said '{Encoding.UTF8.GetString(_buffer, 0, filled)}'; expected {status}.");
        }

        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        var length = 0L;
        if (at >= 0 && !Utf8Parser.TryParse(head[(at + name.Length)..], out length, out _))
        {
            throw new InvalidOperationException("The length is no number.");
        }

        for (var left = length - (filled - end - 4); left > 0;)
        {
            left -= ReceiveSome(0);
        }

        return length;
    }

    private int ReceiveSome(int offset)
    {
        var count = _socket.Receive(_buffer.AsSpan(offset));
        return count > 0 ? count : throw new InvalidOperationException("The server has closed the connection.");
    }
}
