// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;

namespace Tributary.Protocol.Fedn;

/// <summary>A part of a model on the wire, with its bytes in a pooled buffer that goes back when the chunk is disposed.</summary>
/// <remarks>
/// The generated <see cref="ModelRequest"/> and <see cref="ModelResponse"/> copy their bytes into an array of their own for each message: a
/// model would pass through the heap once in full. A chunk reads the same messages and leaves out sender and receiver.
/// </remarks>
public sealed class ModelChunk : IDisposable
{
    private const int MaxTextBytes = 4096;

    private byte[] _buffer = [];
    private int _length;

    private ModelChunk()
    {
    }

    /// <summary>The marshaller that reads a <see cref="ModelRequest"/> as a chunk; it cannot write one.</summary>
    public static Marshaller<ModelChunk> OfRequest { get; } = NewMarshaller(
        ModelRequest.DataFieldNumber, ModelRequest.IdFieldNumber, ModelRequest.StatusFieldNumber, messageField: 0);

    /// <summary>The marshaller that reads a <see cref="ModelResponse"/> as a chunk; it cannot write one.</summary>
    public static Marshaller<ModelChunk> OfResponse { get; } = NewMarshaller(
        ModelResponse.DataFieldNumber, ModelResponse.IdFieldNumber, ModelResponse.StatusFieldNumber, ModelResponse.MessageFieldNumber);

    /// <summary>The id of the model or update.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The status of the transfer.</summary>
    public ModelStatus Status { get; private set; }

    /// <summary>The text of a response; empty in a request.</summary>
    public string Message { get; private set; } = "";

    /// <summary>The bytes, valid until the chunk is disposed.</summary>
    public ReadOnlyMemory<byte> Data => _buffer.AsMemory(0, _length);

    /// <inheritdoc/>
    public void Dispose()
    {
        (var buffer, _buffer, _length) = (_buffer, [], 0);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Marshaller<ModelChunk> NewMarshaller(int dataField, int idField, int statusField, int messageField) => new(
        (_, _) => throw new NotSupportedException("A chunk is only read: requests and responses are written as generated messages."),
        context =>
        {
            var chunk = new ModelChunk();
            try
            {
                chunk.Read(context.PayloadAsReadOnlySequence(), dataField, idField, statusField, messageField);
                return chunk;
            }
            catch
            {
                chunk.Dispose();
                throw;
            }
        });

    private void Read(in ReadOnlySequence<byte> payload, int dataField, int idField, int statusField, int messageField)
    {
        var reader = new SequenceReader<byte>(payload);
        while (!reader.End)
        {
            var tag = ReadNumber(ref reader);
            var field = (int)Math.Min(tag >> 3, int.MaxValue);
            switch ((WireFormat.WireType)(tag & 7))
            {
                case WireFormat.WireType.Varint when field != 0:
                    var number = ReadNumber(ref reader);
                    Status = field == statusField ? (ModelStatus)(int)number : Status;
                    break;
                case WireFormat.WireType.LengthDelimited when field != 0:
                    ReadBytes(ReadSlice(ref reader, ReadNumber(ref reader)), field, dataField, idField, messageField);
                    break;
                case WireFormat.WireType.Fixed64 when field != 0:
                    ReadSlice(ref reader, sizeof(ulong));
                    break;
                case WireFormat.WireType.Fixed32 when field != 0:
                    ReadSlice(ref reader, sizeof(uint));
                    break;
                default:
                    throw Malformed($"tag {tag} cannot be read");
            }
        }
    }

    private void ReadBytes(in ReadOnlySequence<byte> value, int field, int dataField, int idField, int messageField)
    {
        if (field == dataField)
        {
            // The last of a repeated field counts, as in any protobuf message.
            Dispose();
            _length = (int)value.Length;
            _buffer = ArrayPool<byte>.Shared.Rent(_length);
            value.CopyTo(_buffer);
        }
        else if (field == idField)
        {
            Id = ReadText(value, "id");
        }
        else if (field == messageField)
        {
            Message = ReadText(value, "message");
        }
    }

    private static string ReadText(in ReadOnlySequence<byte> value, string name) =>
        value.Length <= MaxTextBytes
            ? Encoding.UTF8.GetString(value)
            : throw Malformed(FormattableString.Invariant($"{name} has {value.Length} bytes; expected at most {MaxTextBytes}"));

    private static ReadOnlySequence<byte> ReadSlice(ref SequenceReader<byte> reader, ulong length)
    {
        if (length > (ulong)reader.Remaining)
        {
            throw Malformed($"a field of {length} bytes does not fit the message");
        }

        var slice = reader.UnreadSequence.Slice(0, (long)length);
        reader.Advance((long)length);
        return slice;
    }

    private static ulong ReadNumber(ref SequenceReader<byte> reader)
    {
        ulong number = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!reader.TryRead(out var part))
            {
                throw Malformed("it ends inside a number");
            }

            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }

        throw Malformed("a number has more than 64 bits");
    }

    private static RpcException Malformed(string reason) => new(new global::Grpc.Core.Status(StatusCode.Internal, $"The message is no part of a model: {reason}."));
}
