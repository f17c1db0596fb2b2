// SPDX-License-Identifier: Apache-2.0

using System.IO.Compression;

namespace Tributary.Repository.Tests;

/// <summary>Pickles, and what they can be hidden in.</summary>
internal static class ScanSamples
{
    /// <summary>What Python would run: <c>os.system("true")</c>, in the oldest protocol, which has no mark.</summary>
    public static byte[] Evil { get; } = "cos\nsystem\n(S'true'\ntR."u8.ToArray();

    public static byte[] Arrays { get; } = [0x80, 2, .. "cnumpy\nndarray\n"u8, (byte)')', 0x81, (byte)'.'];

    /// <summary>An npy file of a type, as it is written or in quotes.</summary>
    public static byte[] Array(string type, byte[] elements)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': {(type[0] == '[' ? type : $"'{type}'")}, 'fortran_order': False, 'shape': (1,), }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. elements];
    }

    public static ScanReport Scan(byte[] content, ScanBudget? budget = null)
    {
        using var file = new MemoryStream(content, writable: false);
        return new ContentScan(budget ?? new ScanBudget(), Token).Read(file);
    }

    /// <summary>An archive of so many empty members.</summary>
    public static byte[] Crowd(int members) => Archive(z =>
    {
        for (var i = 0; i < members; i++)
        {
            z.CreateEntry(i.ToString(CultureInfo.InvariantCulture));
        }
    });

    public static byte[] Zip(params (string Name, byte[] Content)[] members) => Archive(z =>
    {
        foreach (var (name, content) in members)
        {
            Add(z, name, content);
        }
    });

    public static byte[] Archive(Action<ZipArchive> fill)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            fill(archive);
        }

        return bytes.ToArray();
    }

    public static ZipArchiveEntry Add(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name);
        using var stream = entry.Open();
        stream.Write(content);
        return entry;
    }
}
