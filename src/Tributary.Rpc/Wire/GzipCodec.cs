// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace Tributary.Rpc;

internal static class GzipCodec
{
    private const int Step = 16 * 1024;

    // A header of ten bytes and a trailer of eight.
    private const int ShortestStream = 18;

    /// <summary>Inflates a message. The limit holds while inflating, so that a small message cannot fill the memory.</summary>
    public static PooledBuffer Inflate(in ReadOnlySequence<byte> payload, int maxLength)
    {
        var compressed = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        var inflated = new PooledBuffer(Math.Min(Step, maxLength));
        try
        {
            payload.CopyTo(compressed);
            using var gzip = new GZipStream(new MemoryStream(compressed, 0, (int)payload.Length, writable: false), CompressionMode.Decompress);
            while (true)
            {
                var read = gzip.Read(inflated.GetSpan(Step));
                if (read == 0)
                {
                    // The decoder does not notice a missing end of its input, so the length that gzip writes last is checked against the
                    // result.
                    return payload.Length >= ShortestStream && ReadLength(compressed.AsSpan(0, (int)payload.Length)) == (uint)inflated.Length
                        ? inflated
                        : throw new InvalidDataException("The gzip stream is cut short.");
                }

                if (inflated.Length + (long)read > maxLength)
                {
                    throw new RpcException(RpcStatusCode.ResourceExhausted, $"Received message larger than max after decompression (limit {maxLength})");
                }

                inflated.Advance(read);
            }
        }
        catch (InvalidDataException exception)
        {
            inflated.Dispose();
            throw new RpcException(RpcStatusCode.Internal, "Compressed message is damaged", exception);
        }
        catch
        {
            inflated.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    /// <summary>Writes a message as one compressed frame.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, IMessage message)
    {
        using var plain = new PooledBuffer(message.CalculateSize());
        message.WriteTo(plain);
        using var packed = new PooledBuffer(plain.Length / 2);
        using (var gzip = new GZipStream(new BufferStream(packed), CompressionLevel.Fastest))
        {
            gzip.Write(plain.Written.Span);
        }

        RpcFraming.WritePrefix(output, packed.Length, isCompressed: true);
        output.Write(packed.Written.Span);
    }

    private static uint ReadLength(ReadOnlySpan<byte> stream) => BinaryPrimitives.ReadUInt32LittleEndian(stream[^sizeof(uint)..]);

    private sealed class BufferStream(PooledBuffer buffer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] source, int offset, int count) => buffer.Write(source.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> source) => buffer.Write(source);

        public override void Flush()
        {
        }

        public override int Read(byte[] target, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
