// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Rpc.Tests;

public sealed class FramingTests
{
    private const int Limit = 1000;

    [Fact]
    public void TryReadFrame_AnySegmentation_GivesTheSameFrames() =>
        Prop.ForAll(Streams(), stream =>
        {
            var buffer = Sequence(Pieces(stream.Bytes, stream.Cuts));
            var frames = new List<byte[]>();
            while (RpcFraming.TryReadFrame(ref buffer, Limit, out var frame))
            {
                frames.Add(frame.Payload.ToArray());
            }

            return buffer.IsEmpty && Same(stream.Messages, frames);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryReadFrame_BytesArriveInAnyPieces_GivesTheSameFrames() =>
        Prop.ForAll(Streams(), stream =>
        {
            var arrived = new List<byte>();
            var frames = new List<byte[]>();
            foreach (var piece in Pieces(stream.Bytes, stream.Cuts))
            {
                arrived.AddRange(piece);
                var buffer = new ReadOnlySequence<byte>(arrived.ToArray());
                while (RpcFraming.TryReadFrame(ref buffer, Limit, out var frame))
                {
                    frames.Add(frame.Payload.ToArray());
                }

                arrived = [.. buffer.ToArray()];
            }

            return arrived.Count == 0 && Same(stream.Messages, frames);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FrameReader_BytesArriveInAnyPieces_GivesTheSameFrames() =>
        Prop.ForAll(Streams(), async stream => Same(stream.Messages, await ReadAllAsync(stream))).QuickCheckThrowOnFailure();

    [Fact]
    public void FrameReader_MessagesReadInParts_GivesTheSameBytes() =>
        Prop.ForAll(Streams(), async stream => Same(stream.Messages, await ReadAllAsync(stream, inParts: true))).QuickCheckThrowOnFailure();

    [Fact]
    public async Task FrameReader_MessageThatHasOnlyBegun_GivesWhatIsThere()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new RpcFrameReader(pipe.Reader, 1 << 20, RpcCompression.Identity, CancellationToken.None);
        var begun = new byte[200_000];
        await pipe.Writer.WriteAsync((byte[])[0, 0, 4, 0, 0, .. begun], TestContext.Current.CancellationToken);

        var part = await reader.ReadPartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(begun, part!.Value.Bytes.ToArray());
        Assert.False(part.Value.IsLast);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("0000000003")]
    [InlineData("00000000030708")]
    public async Task FrameReader_StreamEndsInsideAMessageReadInParts_IsBroken(string hex)
    {
        var pipe = new Pipe();
        var reader = Reader(pipe);
        await pipe.Writer.WriteAsync(Convert.FromHexString(hex), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        var broken = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await reader.ReadPartAsync(TestContext.Current.CancellationToken) is { IsLast: false })
            {
            }
        });

        Assert.Equal(RpcStatusCode.Internal, broken.Status.Code);
    }

    [Fact]
    public void TryReadFrame_AnyBytes_NeverReadsOutsideOrLoops() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            var taken = 0L;
            try
            {
                while (RpcFraming.TryReadFrame(ref buffer, Limit, out var frame))
                {
                    taken += frame.Payload.Length + RpcFraming.PrefixLength;
                    if (frame.Payload.Length > Limit)
                    {
                        return false;
                    }
                }
            }
            catch (RpcException exception)
            {
                return exception.Status.Code is RpcStatusCode.Internal or RpcStatusCode.ResourceExhausted;
            }

            return taken + buffer.Length == bytes.Length;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void TryReadFrame_PrefixIncomplete_LeavesTheBuffer(int length)
    {
        var buffer = new ReadOnlySequence<byte>(new byte[length]);

        Assert.False(RpcFraming.TryReadFrame(ref buffer, Limit, out _));
        Assert.Equal(length, buffer.Length);
    }

    [Fact]
    public void TryReadFrame_LengthAtTheLimit_IsTaken()
    {
        var buffer = new ReadOnlySequence<byte>([0, 0, 0, 3, 232, .. new byte[1000]]);

        Assert.True(RpcFraming.TryReadFrame(ref buffer, Limit, out var frame));
        Assert.Equal(1000, frame.Payload.Length);
    }

    [Fact]
    public void TryReadFrame_LengthOverTheLimit_IsRefusedBeforeTheMessageIsThere()
    {
        var buffer = new ReadOnlySequence<byte>([0, 0, 0, 3, 233]);

        var exception = Assert.Throws<RpcException>(() => RpcFraming.TryReadFrame(ref buffer, Limit, out _));

        Assert.Equal(new RpcStatus(RpcStatusCode.ResourceExhausted, "Received message larger than max (1001 vs. 1000)"), exception.Status);
    }

    [Fact]
    public void WriteFrame_AnyMessage_IsReadBack()
    {
        var output = new ArrayBufferWriter<byte>();
        var note = new Note { Text = "hello", Number = 5 };
        RpcFraming.WriteFrame(output, note);
        var buffer = new ReadOnlySequence<byte>(output.WrittenMemory);

        Assert.True(RpcFraming.TryReadFrame(ref buffer, Limit, out var frame));
        Assert.Equal(note, Note.Parser.ParseFrom(frame.Payload));
        Assert.True(buffer.IsEmpty);
    }

    private static RpcFrameReader Reader(Pipe pipe) => new(pipe.Reader, Limit, RpcCompression.Identity, CancellationToken.None);

    private static async Task<List<byte[]>> ReadAllAsync(Stream stream, bool inParts = false)
    {
        var pipe = new Pipe();
        var reader = Reader(pipe);
        var writing = WriteAsync(pipe.Writer, stream);
        var frames = new List<byte[]>();
        while (await (inParts ? GatherAsync(reader) : ReadAsync(reader)) is { } frame)
        {
            frames.Add(frame);
        }

        await writing;
        return frames;
    }

    private static async Task<byte[]?> ReadAsync(RpcFrameReader reader) => (await reader.ReadAsync(CancellationToken.None))?.ToArray();

    private static async Task<byte[]?> GatherAsync(RpcFrameReader reader)
    {
        var message = new List<byte>();
        while (await reader.ReadPartAsync(CancellationToken.None) is { } part)
        {
            message.AddRange(part.Bytes.ToArray());
            if (part.IsLast)
            {
                return [.. message];
            }
        }

        return null;
    }

    private static async Task WriteAsync(PipeWriter writer, Stream stream)
    {
        foreach (var piece in Pieces(stream.Bytes, stream.Cuts))
        {
            await writer.WriteAsync(piece);
            await Task.Yield();
        }

        await writer.CompleteAsync();
    }

    private static bool Same(byte[][] expected, List<byte[]> actual) =>
        expected.Length == actual.Count && expected.Zip(actual).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    /// <summary>Messages as a stream of frames, with places to cut it.</summary>
    private static Arbitrary<Stream> Streams() => (
        from messages in ArbMap.Default.GeneratorFor<byte[]>().ArrayOf()
        let bytes = messages.SelectMany(message => (byte[])[0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message]).ToArray()
        from cuts in Gen.Choose(0, bytes.Length).ArrayOf()
        select new Stream(messages, bytes, cuts)).ToArbitrary();

    private static IEnumerable<byte[]> Pieces(byte[] bytes, int[] cuts)
    {
        var start = 0;
        foreach (var cut in cuts.Append(bytes.Length).Order())
        {
            yield return bytes[start..cut];
            start = cut;
        }
    }

    private static ReadOnlySequence<byte> Sequence(IEnumerable<byte[]> pieces)
    {
        var first = new Segment([], null);
        var last = pieces.Aggregate(first, (previous, piece) => new Segment(piece, previous));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed record Stream(byte[][] Messages, byte[] Bytes, int[] Cuts);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
