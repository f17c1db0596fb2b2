// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.IO.Hashing;

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Zip files for tests that change them.</summary>
internal static class NpzFiles
{
    /// <summary>Two small stored arrays as this codec writes them: 30 + 5 bytes of local header each, entries of 51 bytes.</summary>
    public static byte[] TwoArrays()
    {
        using var set = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.Float32, [2]), new ArraySpec("1", ElementType.Int64, [])));
        return Sets.Encode(ParameterCodecs.Get("npz"), set);
    }

    /// <summary>Where the directory begins.</summary>
    public static int Directory(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 6));

    public static byte[] Zip(params (string Name, byte[] Content)[] members)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(content);
            }
        }

        return memory.ToArray();
    }

    /// <summary>A stored member whose sizes and offset are all in zip64 extra fields, with a zip64 directory end.</summary>
    public static byte[] Zip64(string name, byte[] content)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.ASCII);
        var nameBytes = Encoding.ASCII.GetBytes(name);
        writer.Write(0x04034B50);
        Common(20);
        writer.Write(nameBytes);
        writer.Write((ushort)1);
        writer.Write((ushort)16);
        writer.Write((long)content.Length);
        writer.Write((long)content.Length);
        writer.Write(content);
        var directory = memory.Position;
        writer.Write(0x02014B50);
        writer.Write((ushort)45);
        Common(28);
        writer.Write(new byte[10]);
        writer.Write(uint.MaxValue);
        writer.Write(nameBytes);
        writer.Write((ushort)1);
        writer.Write((ushort)24);
        writer.Write((long)content.Length);
        writer.Write((long)content.Length);
        writer.Write(0L);
        var end = memory.Position;
        writer.Write(0x06064B50);
        writer.Write(44L);
        writer.Write(new byte[12]);
        writer.Write(1L);
        writer.Write(1L);
        writer.Write(end - directory);
        writer.Write(directory);
        writer.Write(0x07064B50);
        writer.Write(0);
        writer.Write(end);
        writer.Write(1);
        writer.Write(0x06054B50);
        writer.Write(0xFFFFFFFFu);
        writer.Write(0xFFFFFFFFu);
        writer.Write(0xFFFFFFFFu);
        writer.Write(0xFFFFFFFFu);
        writer.Write((ushort)0);
        writer.Flush();
        return memory.ToArray();

        void Common(ushort extra)
        {
            writer.Write((ushort)45);
            writer.Write(new byte[8]);
            writer.Write(Crc32.HashToUInt32(content));
            writer.Write(uint.MaxValue);
            writer.Write(uint.MaxValue);
            writer.Write((ushort)nameBytes.Length);
            writer.Write(extra);
        }
    }
}
