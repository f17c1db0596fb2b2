// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Buffers.Binary;

namespace Tributary.MongoArchive;

/// <summary>A collection of an archive.</summary>
internal readonly record struct ArchiveCollection(string Database, string Name)
{
    public override string ToString() => $"{Database}.{Name}";
}

/// <summary>A reader of mongodump archives, whose collections may be split and interleaved; it holds one document at a time.</summary>
/// <remarks>
/// An archive is a magic number; a document about the archive, one about each collection and a terminator; then parts, each of which is a
/// document that names the collection, documents of that collection and a terminator. The part that ends a collection holds no documents,
/// but the CRC-64 of all documents before it.
/// </remarks>
internal sealed class MongoArchiveReader(Stream input) : IDisposable
{
    /// <summary>The magic number of an archive, stored as the bytes 6D E2 99 81.</summary>
    public const uint Magic = 0x8199E26D;

    public const uint Terminator = 0xFFFFFFFF;

    /// <summary>The only version of the format that exists.</summary>
    public const string Version = "0.1";

    /// <summary>The maximum size of a document in bytes: the limit of the database plus a margin for its own fields.</summary>
    private const int MaxDocumentBytes = (16 << 20) + (64 << 10);

    private const string BucketPrefix = "system.buckets.";
    private const int MinDocumentBytes = 5;
    private const int MaxCollections = 100_000;

    private readonly Dictionary<ArchiveCollection, Progress> _collections = [];
    private byte[] _document = ArrayPool<byte>.Shared.Rent(512 << 10);
    private int _length;
    private long _at;
    private Progress? _open;

    public ArchiveCollection Collection { get; private set; }

    public ReadOnlySpan<byte> Document => _document.AsSpan(0, _length);

    /// <summary>The number of collections that were announced and have neither documents nor an end, as views.</summary>
    public int Views => _collections.Count(c => !c.Value.IsBegun && !MongoLayout.IsOfTheServer(c.Key));

    public void Dispose() => ArrayPool<byte>.Shared.Return(_document);

    /// <summary>Reads the prelude, up to the first part.</summary>
    /// <exception cref="InvalidDataException">The input is not an archive of a known version.</exception>
    public void ReadPrelude()
    {
        Span<byte> magic = stackalloc byte[4];
        if (Fill(magic) < magic.Length || BinaryPrimitives.ReadUInt32LittleEndian(magic) != Magic)
        {
            throw Wrong("it does not begin as an archive of mongodump");
        }

        if (ReadFrame() != Frame.Document)
        {
            throw Wrong("it says nothing about itself");
        }

        var version = Parsed(document => Find(document, "version", (ref e) => e.AsText(), null));
        if (version != Version)
        {
            throw Wrong($"its version is '{version}'; {Version} can be read");
        }

        while (ReadFrame() is var frame && frame != Frame.Terminator)
        {
            CheckNotCut(frame);
            var collection = Parsed(NameOf);
            if (_collections.Count == MaxCollections || !_collections.TryAdd(collection, new Progress { IsExpected = MongoLayout.IsKept(collection) }))
            {
                throw Wrong($"the collection {collection} stands twice, or there are more than {MaxCollections}");
            }
        }
    }

    /// <summary>Advances to the next document; returns false at the end, once every collection has ended properly.</summary>
    /// <exception cref="InvalidDataException">The archive is truncated or altered.</exception>
    public bool Read()
    {
        while (true)
        {
            var frame = ReadFrame();
            if (_open is not null)
            {
                CheckNotCut(frame);
                if (frame == Frame.Document)
                {
                    _open.Crc = Crc64.Append(_open.Crc, Document);
                    return true;
                }

                _open = null;
            }
            else if (frame == Frame.Document)
            {
                BeginPart();
            }
            else
            {
                CheckEnd(frame);
                return false;
            }
        }
    }

    public InvalidDataException WrongDocument(string what) => Wrong($"{Collection}: {what}");

    private InvalidDataException Wrong(string what) => new(FormattableString.Invariant($"The archive is wrong before byte {_at}: {what}."));

    private static ArchiveCollection NameOf(ReadOnlySpan<byte> document) =>
        new(Find(document, "db", (ref e) => e.AsText(), null), Find(document, "collection", (ref e) => e.AsText(), null));

    private delegate T Take<T>(ref BsonReader element);

    /// <summary>Finds a field of a document; returns <paramref name="otherwise"/> when it is absent, or throws when that is null.</summary>
    private static T Find<T>(ReadOnlySpan<byte> document, string name, Take<T> take, T? otherwise)
    {
        var found = otherwise;
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            if (reader.Name == name)
            {
                found = take(ref reader);
            }
        }

        return found is null ? throw new BsonException($"there is no '{name}'") : found;
    }

    private void BeginPart()
    {
        var (collection, isEnd, crc) = Parsed(document => (
            NameOf(document), Find(document, "EOF", (ref e) => e.AsFlag(), false), Find(document, "CRC", (ref e) => e.AsInteger(), 0)));
        Collection = collection;
        if (!_collections.TryGetValue(collection, out var progress))
        {
            progress = BeginBuckets(collection);
        }

        if (progress.IsEnded)
        {
            throw Wrong($"the collection {collection} goes on behind its end");
        }

        progress.IsBegun = true;
        if (!isEnd)
        {
            _open = progress;
            return;
        }

        if ((ulong)crc != progress.Crc)
        {
            throw Wrong($"the CRC of the collection {collection} is {progress.Crc:X16}, not {(ulong)crc:X16}");
        }

        progress.IsEnded = true;
        if (ReadFrame() != Frame.Terminator)
        {
            throw Wrong($"the end of the collection {collection} is cut, or holds documents");
        }
    }

    /// <summary>Begins the documents of a time series, which is announced under its own name and stored under that of its buckets.</summary>
    private Progress BeginBuckets(ArchiveCollection collection)
    {
        if (!collection.Name.StartsWith(BucketPrefix, StringComparison.Ordinal)
            || !_collections.TryGetValue(collection with { Name = collection.Name[BucketPrefix.Length..] }, out var series))
        {
            throw Wrong($"the collection {collection} was not announced");
        }

        series.IsBegun = series.IsEnded = true;
        return _collections[collection] = new Progress { IsExpected = false };
    }

    private void CheckNotCut(Frame frame)
    {
        if (frame == Frame.End)
        {
            throw Wrong("it is cut");
        }
    }

    private void CheckEnd(Frame frame)
    {
        if (frame == Frame.Terminator)
        {
            throw Wrong("a terminator stands where a part should begin");
        }

        foreach (var (collection, progress) in _collections)
        {
            if ((progress.IsBegun || progress.IsExpected) && !progress.IsEnded)
            {
                throw Wrong($"it is cut: the collection {collection} has no end");
            }
        }
    }

    private Frame ReadFrame()
    {
        Span<byte> prefix = stackalloc byte[4];
        var read = Fill(prefix);
        _length = 0;
        if (read < prefix.Length)
        {
            return read == 0 ? Frame.End : throw Wrong("it is cut");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(prefix) == Terminator)
        {
            return Frame.Terminator;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is < MinDocumentBytes or > MaxDocumentBytes)
        {
            throw Wrong($"a document is said to have {length} bytes; {MinDocumentBytes} to {MaxDocumentBytes} are possible");
        }

        if (_document.Length < length)
        {
            ArrayPool<byte>.Shared.Return(_document);
            _document = ArrayPool<byte>.Shared.Rent(length);
        }

        prefix.CopyTo(_document);
        if (Fill(_document.AsSpan(4, length - 4)) < length - 4)
        {
            throw Wrong("it is cut within a document");
        }

        _length = length;
        return Frame.Document;
    }

    private int Fill(Span<byte> buffer)
    {
        try
        {
            var read = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            _at += read;
            return read;
        }
        catch (InvalidDataException error)
        {
            throw Wrong($"it cannot be decompressed ({error.Message.TrimEnd('.')})");
        }
    }

    private delegate T Parse<T>(ReadOnlySpan<byte> document);

    private T Parsed<T>(Parse<T> parse)
    {
        try
        {
            return parse(Document);
        }
        catch (BsonException error)
        {
            throw Wrong(error.Message);
        }
    }

    private enum Frame
    {
        Document,
        Terminator,
        End,
    }

    private sealed class Progress
    {
        /// <summary>True when the collection has to be present; others, for example views, are announced and have no documents.</summary>
        public required bool IsExpected { get; init; }

        public bool IsBegun { get; set; }

        public bool IsEnded { get; set; }

        public ulong Crc { get; set; }
    }
}
