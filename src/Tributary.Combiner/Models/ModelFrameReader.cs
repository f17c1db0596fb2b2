// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Text;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Models;

/// <summary>
/// A reader of <c>ModelRequest</c> messages that arrive in parts. It returns their data as slices of the transport's buffers, before the
/// message is complete, and skips sender and receiver.
/// </summary>
internal sealed class ModelFrameReader
{
    private const int MaxIdBytes = 1024;
    private const ulong DataTag = (ModelRequest.DataFieldNumber << 3) | 2;
    private const ulong IdTag = (ModelRequest.IdFieldNumber << 3) | 2;
    private const ulong StatusTag = ModelRequest.StatusFieldNumber << 3;

    private readonly byte[] _text = new byte[MaxIdBytes];
    private Expected _expected;
    private ulong _tag;
    private ulong _number;
    private int _shift;
    private long _left;
    private int _textLength;

    private enum Expected
    {
        Tag,
        Number,
        Length,
        Bytes,
    }

    /// <summary>The id that the message names.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The status that the message names.</summary>
    public ModelStatus Status { get; private set; }

    /// <summary>The number of bytes of data that the message announces; null when it has none.</summary>
    public long? DataLength { get; private set; }

    /// <summary>Prepares for the next message.</summary>
    public void Begin() => (_expected, _number, _shift, Id, Status, DataLength) = (Expected.Tag, 0, 0, "", ModelStatus.Ok, null);

    /// <summary>Reads the next part of the message and returns the data in it.</summary>
    /// <exception cref="MalformedFrameException">The bytes are not a <c>ModelRequest</c>.</exception>
    public ReadOnlySequence<byte> Read(in ReadOnlySequence<byte> part)
    {
        var reader = new SequenceReader<byte>(part);
        var data = ReadOnlySequence<byte>.Empty;
        while (!reader.End)
        {
            if (_expected != Expected.Bytes)
            {
                ReadNumber(ref reader);
                continue;
            }

            var slice = reader.UnreadSequence.Slice(0, Math.Min(_left, reader.Remaining));
            reader.Advance(slice.Length);
            _left -= slice.Length;
            if (_tag == DataTag)
            {
                data = slice;
            }
            else if (_tag == IdTag)
            {
                slice.CopyTo(_text.AsSpan(_textLength));
                _textLength += (int)slice.Length;
            }

            EndBytes();
        }

        return data;
    }

    /// <summary>Ends the message.</summary>
    /// <exception cref="MalformedFrameException">The message ends inside a field.</exception>
    public void End()
    {
        if (_expected != Expected.Tag || _shift != 0)
        {
            throw Malformed(_expected == Expected.Bytes ? $"{_left} bytes of a field are missing" : "it ends inside a number");
        }
    }

    private void ReadNumber(ref SequenceReader<byte> reader)
    {
        while (reader.TryRead(out var part))
        {
            if (_shift > 63)
            {
                throw Malformed("a number has more than 64 bits");
            }

            _number |= (ulong)(part & 0x7F) << _shift;
            _shift += 7;
            if (part < 0x80)
            {
                var number = _number;
                (_number, _shift) = (0, 0);
                EndNumber(number);
                return;
            }
        }
    }

    private void EndNumber(ulong number)
    {
        switch (_expected)
        {
            case Expected.Tag:
                BeginField(number);
                break;
            case Expected.Length:
                BeginBytes(number);
                break;
            default:
                Status = _tag == StatusTag ? (ModelStatus)(int)number : Status;
                _expected = Expected.Tag;
                break;
        }
    }

    private void BeginField(ulong tag)
    {
        _tag = tag >= 8 ? tag : throw Malformed("there is no field 0");
        (_expected, _left) = (tag & 7) switch
        {
            0 => (Expected.Number, 0),
            1 => (Expected.Bytes, 8),
            2 => (Expected.Length, 0),
            5 => (Expected.Bytes, 4),
            _ => throw Malformed($"tag {tag} cannot be read"),
        };
    }

    private void BeginBytes(ulong length)
    {
        _left = length <= int.MaxValue ? (long)length : throw Malformed($"a field of {length} bytes does not fit the message");
        if (_tag == DataTag)
        {
            DataLength = DataLength is null ? _left : throw Malformed("it has data twice");
        }
        else if (_tag == IdTag)
        {
            _textLength = _left <= MaxIdBytes ? 0 : throw Malformed($"id has {length} bytes; expected at most {MaxIdBytes}");
        }

        _expected = Expected.Bytes;
        EndBytes();
    }

    private void EndBytes()
    {
        if (_left > 0)
        {
            return;
        }

        Id = _tag == IdTag ? Encoding.UTF8.GetString(_text, 0, _textLength) : Id;
        _expected = Expected.Tag;
    }

    private static MalformedFrameException Malformed(string reason) => new($"The message is no ModelRequest: {reason}.");
}

/// <summary>The exception for bytes that are not a protobuf message of the expected type.</summary>
internal sealed class MalformedFrameException(string message) : Exception(message);
