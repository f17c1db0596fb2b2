// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Text;
using Tributary.Rpc;

namespace Tributary.Fuzz.Targets;

/// <summary>A stream of gRPC frames gives the same messages however it is cut.</summary>
internal static class RpcFramesDecode
{
    private const int MaxLength = 1 << 16;

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var whole = Read(new ReadOnlySequence<byte>(bytes));
        var pieces = Read(SplitSequence.Cut(bytes, 1 + (bytes.Length % 5)));
        if (whole != pieces)
        {
            throw new InvalidOperationException($"In one: {whole}; in pieces: {pieces}.");
        }
    }

    private static string Read(ReadOnlySequence<byte> stream)
    {
        var result = new StringBuilder();
        try
        {
            while (RpcFraming.TryReadFrame(ref stream, MaxLength, out var frame))
            {
                result.Append(frame.IsCompressed).Append(Convert.ToHexString(frame.Payload.ToArray())).Append(';');
            }

            return result.Append("left ").Append(stream.Length).ToString();
        }
        catch (RpcException refused)
        {
            return result.Append(refused.Status).ToString();
        }
    }
}
