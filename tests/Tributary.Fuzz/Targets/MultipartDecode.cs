// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using Tributary.Repository.Files;

namespace Tributary.Fuzz.Targets;

/// <summary>A form gives the same parts however it is cut, or is refused for the same reason; content and headers are never more than came in.</summary>
internal static class MultipartDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var whole = Read(ToPipe(bytes, Math.Max(1, bytes.Length)));
        var pieces = Read(ToPipe(bytes, 1 + (bytes.Length % 5)));
        if (whole != pieces)
        {
            throw new InvalidOperationException($"In one: {whole}; in pieces: {pieces}.");
        }

        if (whole.Length > 200 + (4 * bytes.Length))
        {
            throw new InvalidOperationException($"{bytes.Length} bytes became {whole}.");
        }
    }

    private static PipeReader ToPipe(byte[] bytes, int size) => PipeReader.Create(SplitSequence.Cut(bytes, size));

    private static string Read(PipeReader pipe)
    {
        var result = new StringBuilder();
        using var body = new MultipartBody(pipe, "B", 1);
        try
        {
            while (Now(body.NextAsync(CancellationToken.None)) is { } headers)
            {
                result.Append('[').AppendJoin(';', headers.Select(h => $"{h.Key}:{h.Value}")).Append(']');
                while (Now(body.ReadAsync(CancellationToken.None)) is { } piece)
                {
                    foreach (var segment in piece)
                    {
                        result.Append(Convert.ToHexString(segment.Span));
                    }
                }
            }

            return result.ToString();
        }
        catch (Exception refused) when (refused is CutFormException or InvalidDataException)
        {
            return result.Append(refused.Message).ToString();
        }
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "It has completed, or the target fails.")]
    private static T Now<T>(ValueTask<T> task) =>
        task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("It waits although all bytes are there.");
}
