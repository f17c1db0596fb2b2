// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Tributary.Combiner.Models;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Tests.Models;

/// <summary>The reader of upload frames is held to the generated one.</summary>
public sealed class ModelFrameReaderTests
{
    private static readonly Gen<ModelRequest> Messages =
        from id in Gen.Elements("", "a", "model-1", "ü", new string('x', 300))
        from data in Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i))
        from status in Gen.Choose(0, 6)
        from sender in Gen.Elements(null, new Client { Name = "n", ClientId = "c", Role = Role.Client })
        select new ModelRequest { Id = id, Data = ByteString.CopyFrom(data), Status = (ModelStatus)status, Sender = sender, Receiver = sender };

    [Fact]
    public void Read_AnyMessageInAnyParts_IsWhatTheGeneratedParserReads() => Prop.ForAll(
        (from message in Messages from cut in Gen.ArrayOf(Gen.Choose(0, 400), 3) select (message, cut)).ToArbitrary(),
        input =>
        {
            var (frame, data) = Read(input.message.ToByteArray(), input.cut);
            return frame.Id == input.message.Id && frame.Status == input.message.Status && data.AsSpan().SequenceEqual(input.message.Data.Span);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_UnknownFieldsOfEveryKind_ArePassedOver()
    {
        var known = new ModelRequest { Id = "abc", Data = ByteString.CopyFromUtf8("xy"), Status = ModelStatus.InProgress }.ToByteArray();
        byte[] unknown = [0x50, 0x96, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x62, 2, 9, 9, 0x6D, 1, 2, 3, 4];

        var (frame, data) = Read([.. unknown, .. known, .. unknown]);

        Assert.Equal(("abc", ModelStatus.InProgress, 2), (frame.Id, frame.Status, frame.DataLength));
        Assert.Equal("xy"u8.ToArray(), data);
        Assert.Equal("abc", ModelRequest.Parser.ParseFrom([.. unknown, .. known, .. unknown]).Id);
    }

    [Fact]
    public void Read_RepeatedFields_TheLastCounts()
    {
        byte[] twice = [.. new ModelRequest { Id = "a", Status = ModelStatus.Failed }.ToByteArray(), .. new ModelRequest { Id = "b" }.ToByteArray()];
        var (frame, message) = (Read(twice).Frame, ModelRequest.Parser.ParseFrom(twice));

        Assert.Equal((message.Id, message.Status), (frame.Id, frame.Status));
        Assert.Equal("b", frame.Id);
    }

    [Fact]
    public void Read_CutAnywhere_FailsExactlyWhereTheGeneratedParserDoes()
    {
        var bytes = new ModelRequest { Id = "abc", Data = ByteString.CopyFrom(new byte[200]), Status = ModelStatus.InProgress }.ToByteArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            var reference = Record.Exception(() => ModelRequest.Parser.ParseFrom(cut));
            var own = Record.Exception(() => Read(cut));

            Assert.Equal((length, reference is not null), (length, own is not null));
            Assert.True(own is null or MalformedFrameException, $"{own}");
        }
    }

    [Fact]
    public void Read_AnyBytes_ThrowsNothingButMalformed() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)).ToArbitrary(),
        bytes => Record.Exception(() => Read(bytes)) is null or MalformedFrameException).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1affffffffffffffffff01")]
    [InlineData("22ffffffff0f")]
    [InlineData("28ffffffffffffffffffff01")]
    [InlineData("0b")]
    public void Read_HostileLength_IsMalformed(string hex) =>
        Assert.Throws<MalformedFrameException>(() => Read(Convert.FromHexString(hex)));

    [Fact]
    public void Read_EndlessId_IsMalformed() => Assert.Throws<MalformedFrameException>(
        () => Read(new ModelRequest { Id = new string('a', 1025) }.ToByteArray()));

    [Fact]
    public void Read_DataTwice_IsMalformed()
    {
        var part = new ModelRequest { Data = ByteString.CopyFromUtf8("xy") }.ToByteArray();

        Assert.Throws<MalformedFrameException>(() => Read([.. part, .. part]));
    }

    [Fact]
    public void Read_DataOfAMessageThatHasNotEnded_IsThereAtOnce()
    {
        var bytes = new ModelRequest { Data = ByteString.CopyFrom(new byte[1000]), Id = "late" }.ToByteArray();
        var frame = new ModelFrameReader();

        var data = frame.Read(new ReadOnlySequence<byte>(bytes, 0, 500));

        Assert.Equal(500 - 3, data.Length);
        Assert.Equal((1000, ""), (frame.DataLength, frame.Id));
    }

    [Fact]
    public void Begin_AfterAMessage_ForgetsIt()
    {
        var (frame, _) = Read(new ModelRequest { Id = "a", Status = ModelStatus.Failed, Data = ByteString.CopyFromUtf8("x") }.ToByteArray());

        frame.Begin();

        Assert.Equal(("", ModelStatus.Ok, null), (frame.Id, frame.Status, frame.DataLength));
    }

    private static (ModelFrameReader Frame, byte[] Data) Read(byte[] bytes, params int[] cuts)
    {
        var (frame, data, start) = (new ModelFrameReader(), new List<byte>(), 0);
        foreach (var end in cuts.Select(c => Math.Min(c, bytes.Length)).Order().Append(bytes.Length))
        {
            data.AddRange(frame.Read(new ReadOnlySequence<byte>(bytes, start, end - start)).ToArray());
            start = end;
        }

        frame.End();
        return (frame, [.. data]);
    }
}
