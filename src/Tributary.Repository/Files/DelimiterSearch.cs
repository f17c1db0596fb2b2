// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Tributary.Repository.Files;

/// <summary>Finds a few bytes in many that lie in several places.</summary>
internal sealed class DelimiterSearch(int maxLength)
{
    // The end of what has been looked at, and the begin of what comes next.
    private readonly byte[] _seam = new byte[2 * Math.Max(maxLength, 4)];

    /// <summary>Where <paramref name="wanted"/> begins for the first time, or -1.</summary>
    public long Find(ReadOnlySequence<byte> bytes, ReadOnlySpan<byte> wanted)
    {
        if (bytes.IsSingleSegment)
        {
            return bytes.FirstSpan.IndexOf(wanted);
        }

        var overlap = wanted.Length - 1;
        var (start, kept) = (0L, 0);
        foreach (var segment in bytes)
        {
            var span = segment.Span;
            var begin = span[..Math.Min(span.Length, overlap)];
            begin.CopyTo(_seam.AsSpan(kept));
            var joined = kept + begin.Length;
            if (_seam.AsSpan(0, joined).IndexOf(wanted) is >= 0 and var across)
            {
                return start - kept + across;
            }

            if (span.IndexOf(wanted) is >= 0 and var inside)
            {
                return start + inside;
            }

            // Short segments leave some of what was kept.
            var end = span.Length >= overlap ? span[^overlap..] : _seam.AsSpan(Math.Max(0, joined - overlap), Math.Min(joined, overlap));
            end.CopyTo(_seam);
            (start, kept) = (start + span.Length, end.Length);
        }

        return -1;
    }
}
