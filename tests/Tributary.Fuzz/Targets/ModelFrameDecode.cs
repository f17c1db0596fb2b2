// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Google.Protobuf;
using Tributary.Combiner.Models;
using Tributary.Protocol.Fedn;

namespace Tributary.Fuzz.Targets;

/// <summary>Chunks of an upload: read in pieces as in one, and as the generated parser reads them.</summary>
internal static class ModelFrameDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var whole = Parse(bytes, Math.Max(1, bytes.Length));
        var pieces = Parse(bytes, 1 + (bytes.Length % 7));
        if (whole != pieces)
        {
            throw new InvalidOperationException($"In one: {whole}; in pieces: {pieces}.");
        }

        if (whole is { } frame && Generated(bytes) is { } generated && frame != generated)
        {
            throw new InvalidOperationException($"By hand: {frame}; generated: {generated}.");
        }
    }

    private static (string Id, ModelStatus Status, string Data)? Parse(byte[] message, int partLength)
    {
        try
        {
            var (frame, data) = (new ModelFrameReader(), new List<byte>());
            for (var i = 0; i < message.Length; i += partLength)
            {
                // Segments within a part end elsewhere than the parts do.
                var part = message.AsSpan(i, Math.Min(partLength, message.Length - i)).ToArray();
                data.AddRange(frame.Read(SplitSequence.Cut(part, 3)).ToArray());
            }

            frame.End();
            return (frame.Id, frame.Status, Convert.ToHexString(data.ToArray()));
        }
        catch (MalformedFrameException)
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
