// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;

namespace Tributary.Transfer;

/// <summary>A file that is hashed as it is read: the digest is that of the bytes that were read, each counted once.</summary>
internal sealed class HashedInput(Stream input) : Stream
{
    private const int BufferBytes = 256 << 10;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _at;
    private long _hashed;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => input.Length;

    public override long Position
    {
        get => _at;
        set => _at = value <= _hashed ? input.Position = value : throw new NotSupportedException("What lies ahead is read in its order.");
    }

    /// <summary>Reads the rest of the file and returns the SHA-256 of the whole.</summary>
    public async Task<string> ReadToDigestAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(buffer, cancellationToken) > 0)
        {
        }

        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = input.Read(buffer);
        Hash(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await input.ReadAsync(buffer, cancellationToken);
        Hash(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Hash(ReadOnlySpan<byte> read)
    {
        _hash.AppendData(read[(int)Math.Min(_hashed - _at, read.Length)..]);
        _at += read.Length;
        _hashed = Math.Max(_hashed, _at);
    }
}
