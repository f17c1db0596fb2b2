// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace Tributary.Numerics.IO;

/// <summary>A source of encoded parameters, readable at any offset and by several threads at once.</summary>
public abstract class ByteSource : IDisposable
{
    /// <summary>The number of bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Reads bytes at an offset.</summary>
    /// <param name="offset">The first byte to read, from 0.</param>
    /// <param name="destination">The buffer to fill.</param>
    /// <returns>The number of bytes read: at least one unless the destination is empty or the offset is at or past the end.</returns>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public abstract int Read(long offset, Span<byte> destination);

    /// <summary>Reads bytes at an offset until the destination is full or the source ends, however many reads it takes.</summary>
    /// <param name="offset">The first byte to read, from 0.</param>
    /// <param name="destination">The buffer to fill.</param>
    /// <returns>The number of bytes read: fewer than the destination has only at the end.</returns>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public int ReadFully(long offset, Span<byte> destination)
    {
        var filled = 0;
        while (filled < destination.Length && Read(offset + filled, destination[filled..]) is > 0 and var count)
        {
            filled += count;
        }

        return filled;
    }

    /// <summary>Opens a file, which the source closes.</summary>
    /// <param name="path">The path of an existing file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static ByteSource FromFile(string path) =>
        new FileSource(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read));

    /// <summary>Returns a source over bytes in memory, which must not change while the source is in use.</summary>
    /// <param name="bytes">The encoded parameters.</param>
    public static ByteSource FromMemory(ReadOnlyMemory<byte> bytes) => new MemorySource(bytes);

    /// <summary>Returns a source over a stream, which stays open after disposal. One that cannot seek can be read forward only.</summary>
    /// <param name="stream">A readable stream that is not read elsewhere meanwhile.</param>
    /// <param name="length">The length of the stream in bytes.</param>
    public static ByteSource FromStream(Stream stream, long length)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamSource(stream, length);
    }

    /// <summary>Returns the source as a seekable stream, which closes it.</summary>
    public Stream ToStream() => new SourceStream(this, 0, Length, leaveOpen: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the resources of the source.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class FileSource(SafeFileHandle handle) : ByteSource
    {
        public override long Length { get; } = RandomAccess.GetLength(handle);

        public override int Read(long offset, Span<byte> destination) => RandomAccess.Read(handle, destination, offset);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                handle.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class MemorySource(ReadOnlyMemory<byte> bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            if (offset >= bytes.Length)
            {
                return 0;
            }

            var available = bytes.Span[(int)offset..];
            var count = Math.Min(available.Length, destination.Length);
            available[..count].CopyTo(destination);
            return count;
        }
    }
}
