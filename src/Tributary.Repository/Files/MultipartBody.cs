// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tributary.Repository.Files;

/// <summary>That a form ends before its last boundary.</summary>
internal sealed class CutFormException(Exception? inner) : Exception("The body ends before its last boundary.", inner);

/// <summary>A form part by part, in pieces that lie where they were received: a file of any size is not copied on its way to the store.</summary>
/// <remarks>
/// A boundary counts with the line break before it and, after it, another or the two hyphens of the end; anything else is content. What stands
/// before the first boundary and after the last is passed over; what comes after the last is not read.
/// </remarks>
internal sealed class MultipartBody : IDisposable
{
    /// <summary>All headers of a part, and also what may stand before the first part.</summary>
    public const int MaxHeadBytes = 16 << 10;

    public const int MaxHeaders = 16;

    private readonly PipeReader _body;
    private readonly byte[] _delimiter;
    private readonly DelimiterSearch _search;
    private readonly int _pieceBytes;
    private State _state = State.Preamble;
    private SequencePosition? _consumed;
    private SequencePosition _examined;

    /// <param name="body">The form.</param>
    /// <param name="boundary">What its parts are told apart by.</param>
    /// <param name="pieceBytes">What is waited for before a piece is handed on, unless the body ends before.</param>
    public MultipartBody(PipeReader body, string boundary, int pieceBytes)
    {
        _pieceBytes = pieceBytes;
        _body = body;
        _delimiter = Encoding.UTF8.GetBytes($"\r\n--{boundary}");
        _search = new DelimiterSearch(_delimiter.Length);
    }

    private enum State
    {
        Preamble,
        Content,
        Head,
        End,
    }

    private enum Tail
    {
        Unknown,
        Content,
        Part,
        End,
    }

    /// <summary>Goes to the next part and returns its headers, or null after the last. What is left of the part before is passed over.</summary>
    /// <exception cref="CutFormException">There is no last boundary.</exception>
    /// <exception cref="InvalidDataException">The headers are no headers, or too many.</exception>
    public async ValueTask<IHeaderDictionary?> NextAsync(CancellationToken cancellationToken)
    {
        for (var skipped = 0L; _state is State.Preamble or State.Content;)
        {
            var isPreamble = _state == State.Preamble;
            skipped += (await ReadPieceAsync(cancellationToken)).Length;
            if (isPreamble && skipped > MaxHeadBytes)
            {
                throw new InvalidDataException($"Before the first boundary stand more than {MaxHeadBytes} bytes.");
            }
        }

        return _state == State.End ? null : await ReadHeadAsync(cancellationToken);
    }

    /// <summary>The next piece of the current part, which is good until the next call; null at its end.</summary>
    /// <exception cref="CutFormException">There is no last boundary.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken) =>
        _state == State.Content ? await ReadPieceAsync(cancellationToken) : null;

    /// <summary>Gives back the last piece. The body itself belongs to the caller.</summary>
    public void Dispose() => GiveBack();

    private async ValueTask<ReadOnlySequence<byte>> ReadPieceAsync(CancellationToken cancellationToken)
    {
        // The first boundary needs no line before it to end.
        var delimiter = _delimiter.AsMemory(_state == State.Preamble ? 2 : 0);
        while (true)
        {
            var (buffer, isLast) = await ReceiveAsync(cancellationToken);
            for (var from = 0L; ;)
            {
                var found = _search.Find(buffer.Slice(from), delimiter.Span);
                if (found < 0)
                {
                    if (isLast)
                    {
                        throw new CutFormException(null);
                    }

                    // The end of the buffer may be the begin of a boundary.
                    return Take(buffer, Math.Max(from, buffer.Length - delimiter.Length + 1));
                }

                var at = from + found;
                var (tail, length) = LookBehind(buffer.Slice(at + delimiter.Length));
                if (tail == Tail.Content)
                {
                    from = at + 1;
                    continue;
                }

                if (tail == Tail.Unknown)
                {
                    return isLast ? throw new CutFormException(null) : Take(buffer, at);
                }

                _state = tail == Tail.Part ? State.Head : State.End;
                _consumed = _examined = buffer.GetPosition(at + delimiter.Length + length);
                return buffer.Slice(0, at);
            }
        }
    }

    /// <summary>The begin of a buffer; the rest is looked at again when more has come.</summary>
    private ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer, long length)
    {
        _consumed = buffer.GetPosition(length);
        _examined = buffer.End;
        return buffer.Slice(0, length);
    }

    /// <summary>What follows a boundary, and how much of it is not the line break that the headers begin with.</summary>
    private static (Tail Tail, int Length) LookBehind(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        if (reader.IsNext("--"u8))
        {
            return (Tail.End, 2);
        }

        reader.AdvancePastAny((byte)' ', (byte)'\t');
        if (reader.IsNext("\r\n"u8))
        {
            return (Tail.Part, (int)reader.Consumed);
        }

        var isUndecided = reader.Remaining == 0
            || (reader.Remaining == 1 && (reader.IsNext((byte)'\r') || (reader.Consumed == 0 && reader.IsNext((byte)'-'))));
        return (isUndecided && bytes.Length <= MaxHeadBytes ? Tail.Unknown : Tail.Content, 0);
    }

    private async ValueTask<IHeaderDictionary> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var end = "\r\n\r\n"u8.ToArray();
        while (true)
        {
            var (buffer, isLast) = await ReceiveAsync(cancellationToken);
            var length = _search.Find(buffer, end);
            if (length > MaxHeadBytes || (length < 0 && buffer.Length > MaxHeadBytes + end.Length))
            {
                throw new InvalidDataException($"A part has more than {MaxHeadBytes} bytes of headers.");
            }

            if (length >= 0)
            {
                _state = State.Content;
                _consumed = _examined = buffer.GetPosition(length + end.Length);
                return Parse(Encoding.UTF8.GetString(buffer.Slice(0, length)));
            }

            if (isLast)
            {
                throw new CutFormException(null);
            }

            _consumed = buffer.Start;
            _examined = buffer.End;
        }
    }

    private static HeaderDictionary Parse(string head)
    {
        var headers = new HeaderDictionary();
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length > MaxHeaders)
        {
            throw new InvalidDataException($"A part has {lines.Length} headers; expected {MaxHeaders} at most.");
        }

        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new InvalidDataException($"The header '{line}' of a part has no name.");
            }

            headers.Append(line[..colon], line[(colon + 1)..].Trim());
        }

        return headers;
    }

    private async ValueTask<(ReadOnlySequence<byte> Buffer, bool IsLast)> ReceiveAsync(CancellationToken cancellationToken)
    {
        GiveBack();
        try
        {
            var result = await _body.ReadAtLeastAsync(_pieceBytes, cancellationToken);
            _consumed = _examined = result.Buffer.Start;
            return (result.Buffer, result.IsCompleted);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            throw new CutFormException(cut);
        }
    }

    private void GiveBack()
    {
        if (_consumed is { } consumed)
        {
            _body.AdvanceTo(consumed, _examined);
            _consumed = null;
        }
    }
}
