// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Tributary.Protocol.Fedn;
using Tributary.Testing;

namespace Tributary.Fuzz.Targets;

/// <summary>Chunks of an upload: read in segments as in one, and as the generated parser reads them.</summary>
internal static class ModelChunkDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var whole = Parse(new ReadOnlySequence<byte>(bytes));
        var pieces = Parse(SplitSequence.Cut(bytes, 1 + (bytes.Length % 7)));
        if (whole != pieces)
        {
            throw new InvalidOperationException($"In one: {whole}; in segments: {pieces}.");
        }

        if (whole is { } chunk && Generated(bytes) is { } generated && chunk != generated)
        {
            throw new InvalidOperationException($"By hand: {chunk}; generated: {generated}.");
        }
    }

    private static (string Id, ModelStatus Status, string Data)? Parse(ReadOnlySequence<byte> message)
    {
        try
        {
            using var chunk = ModelChunk.OfRequest.ContextualDeserializer(new PayloadContext(message));
            return (chunk.Id, chunk.Status, Convert.ToHexString(chunk.Data.Span));
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private static (string Id, ModelStatus Status, string Data)? Generated(byte[] message)
    {
        try
        {
            var request = ModelRequest.Parser.ParseFrom(message);
            return (request.Id, request.Status, Convert.ToHexString(request.Data.Span));
        }
        catch (InvalidProtocolBufferException)
        {
            // It also looks into sender and receiver, which an upload passes over.
            return null;
        }
    }
}
