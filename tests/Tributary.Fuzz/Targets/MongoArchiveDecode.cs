// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Tributary.MongoArchive;
using Tributary.Repository.Maintenance;

namespace Tributary.Fuzz.Targets;

/// <summary>Archives of mongodump: read a byte at a time as in one, to the end or to a reason; every document is one or gives a reason.</summary>
internal static class MongoArchiveDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var whole = Read(new MemoryStream(bytes));
        var pieces = Read(new SlowStream(bytes));
        if (whole != pieces)
        {
            throw new InvalidOperationException($"In one: {whole}; in pieces: {pieces}.");
        }
    }

    /// <summary>What was read, as a digest, and how it ended.</summary>
    private static string Read(Stream stream)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var archive = new MongoArchiveReader(stream);
        var end = "the end";
        try
        {
            archive.ReadPrelude();
            while (archive.Read())
            {
                digest.AppendData(archive.Document);
                Interpret(archive);
            }
        }
        catch (InvalidDataException error)
        {
            end = error.Message;
        }

        return $"{Convert.ToHexString(digest.GetCurrentHash())} {end}";
    }

    private static void Interpret(MongoArchiveReader archive)
    {
        try
        {
            if (MongoLayout.Documents.TryGetValue(archive.Collection, out var kind))
            {
                _ = BsonDocuments.Read(archive.Document, kind, ArchivedDocuments.Instance);
            }
            else
            {
                _ = GridFile.Read(archive.Document);
            }
        }
        catch (BsonException)
        {
        }
    }

    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer.IsEmpty ? buffer : buffer[..1]);
    }
}
