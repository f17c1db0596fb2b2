// SPDX-License-Identifier: Apache-2.0

using System.IO.Hashing;

namespace Tributary.Repository.Tests;

/// <summary>A zip archive laid out record by record, so that each can say what no writer would.</summary>
internal sealed class ZipLayout
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Where the next record will lie.</summary>
    public int Here => (int)_bytes.Length;

    public byte[] ToArray() => _bytes.ToArray();

    public ZipLayout Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>A stored member, said to have a size of its own when its bytes follow; where it lies.</summary>
    public int Member(string name, byte[] content, long? size = null)
    {
        var at = Here;
        Write("PK\u0003\u0004"u8, w =>
        {
            WriteCommon(w, name, content, size, 0);
            w.Write(Encoding.ASCII.GetBytes(name));
            w.Write(content);
        });
        return at;
    }

    /// <summary>The entry of a member in the directory; how long it is.</summary>
    public int Entry(string name, byte[] content, uint offset, byte[]? extra = null, long? size = null)
    {
        var at = Here;
        extra ??= [];
        Write("PK\u0001\u0002"u8, w =>
        {
            w.Write((ushort)45);
            WriteCommon(w, name, content, size, extra.Length);
            w.Write(new byte[10]);
            w.Write(offset);
            w.Write(Encoding.ASCII.GetBytes(name));
            w.Write(extra);
        });
        return Here - at;
    }

    /// <summary>The ZIP64 record; where it lies.</summary>
    public int Large(ulong entries, ulong bytes, ulong start, ulong rest = 44, uint disk = 0)
    {
        var at = Here;
        Write("PK\u0006\u0006"u8, w =>
        {
            w.Write(rest);
            w.Write(0x002D_002D);
            w.Write(disk);
            w.Write(disk);
            w.Write(entries);
            w.Write(entries);
            w.Write(bytes);
            w.Write(start);
        });
        return at;
    }

    public ZipLayout Locator(int at, uint disks = 1)
    {
        Write("PK\u0006\u0007"u8, w =>
        {
            w.Write(0);
            w.Write((ulong)at);
            w.Write(disks);
        });
        return this;
    }

    public ZipLayout End(int entries, uint bytes, uint start, ushort disk = 0, int comment = 0)
    {
        Write("PK\u0005\u0006"u8, w =>
        {
            w.Write(disk);
            w.Write(disk);
            w.Write((ushort)entries);
            w.Write((ushort)entries);
            w.Write(bytes);
            w.Write(start);
            w.Write((ushort)comment);
        });
        return this;
    }

    private static void WriteCommon(BinaryWriter writer, string name, byte[] content, long? size, int extra)
    {
        writer.Write((ushort)20);
        writer.Write(new byte[8]);
        writer.Write(Crc32.HashToUInt32(content));
        writer.Write((uint)(size ?? content.Length));
        writer.Write((uint)(size ?? content.Length));
        writer.Write((ushort)name.Length);
        writer.Write((ushort)extra);
    }

    private void Write(ReadOnlySpan<byte> mark, Action<BinaryWriter> write)
    {
        _bytes.Write(mark);
        using var writer = new BinaryWriter(_bytes, Encoding.ASCII, leaveOpen: true);
        write(writer);
    }
}
