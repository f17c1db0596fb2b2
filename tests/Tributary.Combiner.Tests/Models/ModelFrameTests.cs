// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Tributary.Combiner.Models;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Tests.Models;

/// <summary>The reader of upload frames is held to the generated one.</summary>
public sealed class ModelFrameTests
{
    private static readonly Gen<ModelRequest> Messages =
        from id in Gen.Elements("", "a", "model-1", "ü", new string('x', 300))
        from data in Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i))
        from status in Gen.Choose(0, 6)
        from sender in Gen.Elements(null, new Client { Name = "n", ClientId = "c", Role = Role.Client })
        select new ModelRequest { Id = id, Data = ByteString.CopyFrom(data), Status = (ModelStatus)status, Sender = sender, Receiver = sender };

    [Fact]
    public void Parse_AnyMessageInAnySplit_IsWhatTheGeneratedParserReads() => Prop.ForAll(
        (from message in Messages from cut in Gen.ArrayOf(Gen.Choose(0, 400), 3) select (message, cut)).ToArbitrary(),
        input =>
        {
            var frame = ModelFrame.Parse(Split(input.message.ToByteArray(), input.cut));
            return frame.Id == input.message.Id && frame.Status == input.message.Status
                && frame.Data.ToArray().AsSpan().SequenceEqual(input.message.Data.Span);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_UnknownFieldsOfEveryKind_ArePassedOver()
    {
        var known = new ModelRequest { Id = "abc", Data = ByteString.CopyFromUtf8("xy"), Status = ModelStatus.InProgress }.ToByteArray();
        byte[] unknown = [0x50, 0x96, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x62, 2, 9, 9, 0x6D, 1, 2, 3, 4];

        var frame = ModelFrame.Parse(new ReadOnlySequence<byte>([.. unknown, .. known, .. unknown]));

        Assert.Equal(("abc", ModelStatus.InProgress), (frame.Id, frame.Status));
        Assert.Equal("xy"u8.ToArray(), frame.Data.ToArray());
        Assert.Equal("abc", ModelRequest.Parser.ParseFrom([.. unknown, .. known, .. unknown]).Id);
    }

    [Fact]
    public void Parse_RepeatedFields_TheLastCounts()
    {
        byte[] twice = [.. new ModelRequest { Id = "a", Status = ModelStatus.Failed }.ToByteArray(), .. new ModelRequest { Id = "b" }.ToByteArray()];
        var (frame, message) = (ModelFrame.Parse(new ReadOnlySequence<byte>(twice)), ModelRequest.Parser.ParseFrom(twice));

        Assert.Equal((message.Id, message.Status), (frame.Id, frame.Status));
        Assert.Equal("b", frame.Id);
    }

    [Fact]
    public void Parse_CutAnywhere_FailsExactlyWhereTheGeneratedParserDoes()
    {
        var bytes = new ModelRequest { Id = "abc", Data = ByteString.CopyFrom(new byte[200]), Status = ModelStatus.InProgress }.ToByteArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            var reference = Record.Exception(() => ModelRequest.Parser.ParseFrom(cut));
            var own = Record.Exception(() => ModelFrame.Parse(new ReadOnlySequence<byte>(cut)));

            Assert.Equal((length, reference is not null), (length, own is not null));
            Assert.True(own is null or MalformedFrameException, $"{own}");
        }
    }

    [Fact]
    public void Parse_AnyBytes_ThrowsNothingButMalformed() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)).ToArbitrary(),
        bytes => Record.Exception(() => ModelFrame.Parse(new ReadOnlySequence<byte>(bytes))) is null or MalformedFrameException).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1affffffffffffffffff01")]
    [InlineData("22ffffffff0f")]
    [InlineData("28ffffffffffffffffffff01")]
    [InlineData("0b")]
    public void Parse_HostileLength_IsMalformed(string hex) =>
        Assert.Throws<MalformedFrameException>(() => ModelFrame.Parse(new ReadOnlySequence<byte>(Convert.FromHexString(hex))));

    [Fact]
    public void Parse_EndlessId_IsMalformed() => Assert.Throws<MalformedFrameException>(
        () => ModelFrame.Parse(new ReadOnlySequence<byte>(new ModelRequest { Id = new string('a', 1025) }.ToByteArray())));

    private static ReadOnlySequence<byte> Split(byte[] bytes, int[] cuts)
    {
        int[] ends = [.. cuts.Select(c => Math.Min(c, bytes.Length)).Order(), bytes.Length];
        var first = new Segment(bytes.AsMemory(0, ends[0]), 0);
        var last = first;
        for (var i = 1; i < ends.Length; i++)
        {
            last = last.Append(bytes.AsMemory(ends[i - 1]..ends[i]));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start) => (Memory, RunningIndex) = (memory, start);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
