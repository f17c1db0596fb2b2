// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tributary.Benchmarks.Repository;

/// <summary>The same bytes without a server: from a file through a loopback socket, sent and received at the same time.</summary>
internal static class PlainCopy
{
    private const int BufferBytes = 1 << 20;

    /// <summary>To a file, with its SHA-256, synced.</summary>
    public static void ToFile(string source, string target)
    {
        File.Delete(target);
        using var file = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var offset = 0L;
        Through(source, bytes =>
        {
            RandomAccess.Write(file, bytes, offset);
            hash.AppendData(bytes);
            offset += bytes.Length;
        });
        _ = hash.GetHashAndReset();
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>To nowhere.</summary>
    public static void ToSocket(string source) => Through(source, _ => { });

    private static void Through(string source, Action<ReadOnlySpan<byte>> take)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new Socket(SocketType.Stream, ProtocolType.Tcp);
        sender.Connect(listener.LocalEndpoint);
        using var receiver = listener.AcceptSocket();
        var sending = new Thread(() =>
        {
            sender.SendFile(source);
            sender.Shutdown(SocketShutdown.Send);
        });
        sending.Start();
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = receiver.Receive(buffer)) > 0)
        {
            take(buffer.AsSpan(0, read));
        }

        sending.Join();
    }
}
