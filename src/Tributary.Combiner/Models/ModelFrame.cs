// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Text;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Models;

/// <summary>A <c>ModelRequest</c> read where it lies: its bytes are a slice of the transport's buffers, not a copy.</summary>
internal readonly record struct ModelFrame(string Id, ModelStatus Status, ReadOnlySequence<byte> Data)
{
    private const int MaxIdBytes = 1024;

    /// <summary>Reads the fields that an upload has; sender and receiver are passed over.</summary>
    /// <exception cref="MalformedFrameException">The bytes are no such message.</exception>
    public static ModelFrame Parse(in ReadOnlySequence<byte> message)
    {
        var reader = new SequenceReader<byte>(message);
        var (id, status, data) = ("", ModelStatus.Ok, ReadOnlySequence<byte>.Empty);
        while (!reader.End)
        {
            var tag = ReadVarint(ref reader);
            switch (tag)
            {
                case (ModelRequest.DataFieldNumber << 3) | 2:
                    data = ReadBytes(ref reader);
                    break;
                case (ModelRequest.IdFieldNumber << 3) | 2:
                    var text = ReadBytes(ref reader);
                    id = text.Length <= MaxIdBytes ? Encoding.UTF8.GetString(text) : throw Malformed($"id has {text.Length} bytes; expected at most {MaxIdBytes}");
                    break;
                case ModelRequest.StatusFieldNumber << 3:
                    status = (ModelStatus)(int)ReadVarint(ref reader);
                    break;
                case < 8:
                    throw Malformed("there is no field 0");
                default:
                    Skip(ref reader, tag);
                    break;
            }
        }

        return new ModelFrame(id, status, data);
    }

    private static ReadOnlySequence<byte> ReadBytes(ref SequenceReader<byte> reader)
    {
        var length = ReadVarint(ref reader);
        if (length > (ulong)reader.Remaining || !reader.TryReadExact((int)length, out var bytes))
        {
            throw Malformed($"a field of {length} bytes does not fit the message");
        }

        return bytes;
    }

    private static void Skip(ref SequenceReader<byte> reader, ulong tag)
    {
        switch (tag & 7)
        {
            case 0:
                ReadVarint(ref reader);
                break;
            case 1 when reader.Remaining >= 8:
                reader.Advance(8);
                break;
            case 2:
                ReadBytes(ref reader);
                break;
            case 5 when reader.Remaining >= 4:
                reader.Advance(4);
                break;
            default:
                throw Malformed($"tag {tag} cannot be read");
        }
    }

    private static ulong ReadVarint(ref SequenceReader<byte> reader)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!reader.TryRead(out var part))
            {
                throw Malformed("it ends inside a number");
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Malformed("a number has more than 64 bits");
    }

    private static MalformedFrameException Malformed(string reason) => new($"The message is no ModelRequest: {reason}.");
}

/// <summary>Bytes that are no protobuf message of the expected kind.</summary>
internal sealed class MalformedFrameException(string message) : Exception(message);
