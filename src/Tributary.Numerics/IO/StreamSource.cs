// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.IO;

/// <summary>The bytes of a stream, one read at a time; forward only when the stream cannot seek, as during decompression.</summary>
internal sealed class StreamSource(Stream stream, long length) : ByteSource
{
    private readonly Lock _lock = new();
    private long _at;

    public override long Length => length;

    public override int Read(long offset, Span<byte> destination)
    {
        lock (_lock)
        {
            return ReadNext(offset, destination);
        }
    }

    private int ReadNext(long offset, Span<byte> destination)
    {
        if (offset >= length)
        {
            // Not every stream can seek that far.
            return 0;
        }

        if (offset < _at && !stream.CanSeek)
        {
            throw new NotSupportedException($"The stream is at {_at} and cannot go back to {offset}.");
        }

        Span<byte> passed = stackalloc byte[4096];
        if (stream.CanSeek)
        {
            stream.Position = _at = offset;
        }

        while (_at < offset)
        {
            var skipped = stream.Read(passed[..(int)Math.Min(passed.Length, offset - _at)]);
            if (skipped == 0)
            {
                return 0;
            }

            _at += skipped;
        }

        var read = stream.Read(destination);
        _at += read;
        return read;
    }
}
