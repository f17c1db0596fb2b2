// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Grpc.Core;
using Tributary.Protocol.Fedn;
using Tributary.Testing;
using Client = Tributary.Protocol.Fedn.Client;

namespace Tributary.Protocol.Tests.Fedn;

/// <summary>The reader of chunks is held to the generated parsers.</summary>
public sealed class ModelChunkTests
{
    private static readonly Gen<ModelRequest> Requests =
        from id in Gen.Elements("", "a", "model-1", "ü", new string('x', 300))
        from data in Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i))
        from status in Gen.Choose(0, 6)
        from sender in Gen.Elements(null, new Client { Name = "n", ClientId = "c", Role = Role.Client })
        select new ModelRequest { Id = id, Data = ByteString.CopyFrom(data), Status = (ModelStatus)status, Sender = sender, Receiver = sender };

    [Fact]
    public void OfRequest_AnyMessage_IsWhatTheGeneratedParserReads() => Prop.ForAll(
        Requests.ToArbitrary(),
        request =>
        {
            using var chunk = Read(ModelChunk.OfRequest, request.ToByteArray());
            return chunk.Id == request.Id && chunk.Status == request.Status && chunk.Data.Span.SequenceEqual(request.Data.Span);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void OfResponse_EveryField_IsRead()
    {
        var response = new ModelResponse { Id = "a", Data = ByteString.CopyFrom(1, 2), Status = ModelStatus.InProgress, Message = "m" };

        using var chunk = Read(ModelChunk.OfResponse, response.ToByteArray());

        Assert.Equal(("a", ModelStatus.InProgress, "m"), (chunk.Id, chunk.Status, chunk.Message));
        Assert.Equal([1, 2], chunk.Data.ToArray());
    }

    [Fact]
    public void OfRequest_UnknownFieldsOfEveryKind_ArePassedOver()
    {
        var known = new ModelRequest { Id = "abc", Data = ByteString.CopyFromUtf8("xy"), Status = ModelStatus.InProgress }.ToByteArray();
        byte[] unknown = [0x50, 0x96, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x62, 2, 9, 9, 0x6D, 1, 2, 3, 4];

        using var chunk = Read(ModelChunk.OfRequest, [.. unknown, .. known, .. unknown]);

        Assert.Equal(("abc", ModelStatus.InProgress), (chunk.Id, chunk.Status));
        Assert.Equal("xy"u8.ToArray(), chunk.Data.ToArray());
    }

    [Fact]
    public void OfRequest_RepeatedFields_TheLastCounts()
    {
        byte[] twice =
        [
            .. new ModelRequest { Id = "a", Status = ModelStatus.Failed, Data = ByteString.CopyFromUtf8("xyz") }.ToByteArray(),
            .. new ModelRequest { Id = "b", Data = ByteString.CopyFromUtf8("v") }.ToByteArray(),
        ];
        using var chunk = Read(ModelChunk.OfRequest, twice);
        var request = ModelRequest.Parser.ParseFrom(twice);

        Assert.Equal((request.Id, request.Status, request.Data), (chunk.Id, chunk.Status, ByteString.CopyFrom(chunk.Data.Span)));
        Assert.Equal("b", chunk.Id);
    }

    [Fact]
    public void OfRequest_CutAnywhere_FailsExactlyWhereTheGeneratedParserDoes()
    {
        var bytes = new ModelRequest { Id = "abc", Data = ByteString.CopyFrom(new byte[200]), Status = ModelStatus.InProgress }.ToByteArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            var reference = Record.Exception(() => ModelRequest.Parser.ParseFrom(cut));
            var own = Record.Exception(() => Read(ModelChunk.OfRequest, cut).Dispose());

            Assert.Equal((length, reference is not null), (length, own is not null));
            Assert.True(own is null or RpcException { StatusCode: StatusCode.Internal }, $"{own}");
        }
    }

    [Fact]
    public void OfRequest_AnyBytes_ThrowsNothingButInternal() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)).ToArbitrary(),
        bytes => Record.Exception(() => Read(ModelChunk.OfRequest, bytes).Dispose()) is null or RpcException { StatusCode: StatusCode.Internal })
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1affffffffffffffffff01")]
    [InlineData("22ffffffff0f")]
    [InlineData("28ffffffffffffffffffff01")]
    [InlineData("0b")]
    [InlineData("00")]
    public void OfRequest_HostileLengthOrTag_IsInternal(string hex) =>
        Assert.Equal(StatusCode.Internal, Assert.Throws<RpcException>(() => Read(ModelChunk.OfRequest, Convert.FromHexString(hex))).StatusCode);

    [Fact]
    public void OfRequest_EndlessId_IsInternalAndSaysTheLimit()
    {
        var error = Assert.Throws<RpcException>(() => Read(ModelChunk.OfRequest, new ModelRequest { Id = new string('a', 4097) }.ToByteArray()));

        Assert.Contains("id has 4097 bytes; expected at most 4096", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_GivesTheBufferBackOnce()
    {
        var chunk = Read(ModelChunk.OfRequest, new ModelRequest { Data = ByteString.CopyFrom(new byte[100]) }.ToByteArray());
        chunk.Dispose();
        chunk.Dispose();

        var (first, second) = (ArrayPool<byte>.Shared.Rent(100), ArrayPool<byte>.Shared.Rent(100));

        Assert.NotSame(first, second);
        Assert.True(chunk.Data.IsEmpty);
    }

    private static ModelChunk Read(Marshaller<ModelChunk> marshaller, byte[] bytes) =>
        marshaller.ContextualDeserializer(new PayloadContext(new ReadOnlySequence<byte>(bytes)));
}
