// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using System.Text;
using Tributary.Rpc;

namespace Tributary.Fuzz.Targets;

/// <summary>A stream of gRPC frames gives the same messages however it is cut, read whole or in parts; compressed ones inflate within the limit.</summary>
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

        var (messages, parts) = (ReadAll(bytes, inParts: false), ReadAll(bytes, inParts: true));
        if (messages != parts)
        {
            throw new InvalidOperationException($"Whole: {messages}; in parts: {parts}.");
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

    /// <summary>Through the reader that handlers use, which inflates; all bytes are there at once, so nothing is waited for.</summary>
    private static string ReadAll(byte[] bytes, bool inParts)
    {
        var pipe = PipeReader.Create(new ReadOnlySequence<byte>(bytes));
        var reader = new RpcFrameReader(pipe, MaxLength, RpcCompression.Gzip, CancellationToken.None);
        var result = new StringBuilder();
        try
        {
            while (Next(reader, inParts) is { } part)
            {
                result.Append(Convert.ToHexString(part.Bytes.ToArray())).Append(part.IsLast ? ";" : "");
            }
        }
        catch (RpcException refused)
        {
            // A message that ends early has been given in part before that is known.
            result.Length = result.ToString().LastIndexOf(';') + 1;
            result.Append(refused.Status);
        }

        return result.ToString();
    }

    private static RpcMessagePart? Next(RpcFrameReader reader, bool inParts)
    {
        if (inParts)
        {
            return Completed(reader.ReadPartAsync(CancellationToken.None).AsTask());
        }

        return Completed(reader.ReadAsync(CancellationToken.None).AsTask()) is { } message ? new RpcMessagePart(message, IsLast: true) : null;
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "It has completed, or the target fails.")]
    private static T Completed<T>(Task<T> task)
    {
        if (task is { IsFaulted: true, Exception.InnerException: { } error })
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("The reader waits for bytes that are all there.");
    }
}
