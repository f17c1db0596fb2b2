// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>A source that inflates a member within a budget: its head at any time, the rest forward only.</summary>
internal sealed class MemberSource : ByteSource
{
    private readonly Stream _stream;
    private readonly ScanBudget _budget;
    private readonly CancellationToken _cancellationToken;
    private readonly byte[] _head;
    private long _at;

    /// <param name="stream">The member from its beginning; it is closed with the source, and when the constructor throws.</param>
    /// <param name="length">The declared length of the member, in bytes.</param>
    /// <param name="budget">The budget that reads are charged to.</param>
    /// <param name="cancellationToken">Cancels the scan between two reads.</param>
    /// <exception cref="ScanBudgetException">The budget does not suffice for the head of the member.</exception>
    /// <exception cref="InvalidDataException">The head of the member cannot be inflated.</exception>
    public MemberSource(Stream stream, long length, ScanBudget budget, CancellationToken cancellationToken)
    {
        (_stream, Length, _budget, _cancellationToken) = (stream, length, budget, cancellationToken);
        var head = new byte[Math.Min(ContentType.HeadBytes, length)];
        try
        {
            _head = head[..Fill(head)];
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public override long Length { get; }

    /// <summary>The first bytes, which can be read again at any time.</summary>
    public ReadOnlySpan<byte> Head => _head;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < _head.Length)
        {
            var known = _head.AsSpan((int)offset);
            known = known[..Math.Min(known.Length, destination.Length)];
            known.CopyTo(destination);
            return known.Length;
        }

        Span<byte> passed = stackalloc byte[4096];
        while (_at < offset)
        {
            if (Fill(passed[..(int)Math.Min(passed.Length, offset - _at)]) == 0)
            {
                return 0;
            }
        }

        return _at == offset ? Fill(destination) : throw new NotSupportedException($"The member is at {_at} and cannot go back to {offset}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Fill(Span<byte> destination)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        destination = destination[..(int)Math.Min(destination.Length, Length - _at)];
        _budget.TakeBytes(destination.Length);
        var read = _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        _at += read;
        return read;
    }
}
