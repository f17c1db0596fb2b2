// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>
/// The framing of gRPC: a flag byte, four bytes of length (big endian), the message. Free of I/O, so that it can be driven with any bytes.
/// </summary>
public static class RpcFraming
{
    /// <summary>The length in bytes of the prefix of a message.</summary>
    public const int PrefixLength = 5;

    /// <summary>Takes one whole frame off the front of a buffer.</summary>
    /// <param name="buffer">The bytes that have arrived; moved past the frame when it is complete, left alone otherwise.</param>
    /// <param name="maxLength">The maximum length of a message in bytes, checked against the prefix before the message has arrived.</param>
    /// <param name="frame">The frame; it points into the buffer.</param>
    /// <returns>True when a whole frame had arrived.</returns>
    /// <exception cref="RpcException">INTERNAL for a flag other than 0 and 1, RESOURCE_EXHAUSTED for a message that is too long.</exception>
    public static bool TryReadFrame(ref ReadOnlySequence<byte> buffer, int maxLength, out RpcFrame frame)
    {
        frame = default;
        if (!TryReadPrefix(buffer, maxLength, out var length, out var isCompressed) || buffer.Length - PrefixLength < length)
        {
            return false;
        }

        frame = new RpcFrame(buffer.Slice(PrefixLength, length), isCompressed);
        buffer = buffer.Slice(PrefixLength + (long)length);
        return true;
    }

    /// <summary>Reads the prefix of a message once all of it has arrived.</summary>
    internal static bool TryReadPrefix(in ReadOnlySequence<byte> buffer, int maxLength, out int length, out bool isCompressed)
    {
        (length, isCompressed) = (0, false);
        if (buffer.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        if (prefix[0] > 1)
        {
            throw new RpcException(RpcStatusCode.Internal, $"Invalid compressed flag {prefix[0]} in message prefix");
        }

        var announced = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (announced > maxLength)
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, $"Received message larger than max ({announced} vs. {maxLength})");
        }

        (length, isCompressed) = ((int)announced, prefix[0] == 1);
        return true;
    }

    /// <summary>Writes a message as one frame, without a copy between the message and the buffer.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(message);
        WritePrefix(output, message.CalculateSize(), isCompressed: false);
        message.WriteTo(output);
    }

    internal static void WritePrefix(IBufferWriter<byte> output, int length, bool isCompressed)
    {
        var prefix = output.GetSpan(PrefixLength);
        prefix[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        output.Advance(PrefixLength);
    }
}
