// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Fuzz.Targets;

/// <summary>
/// What must hold for any bytes given to a codec: they are refused with the documented exception, or they decode; what decodes is written
/// and decodes again to the same arrays, bit by bit; a source that hands out few bytes at a time changes nothing.
/// </summary>
internal static class DecodeOracle
{
    private static readonly DecodeLimits Limits = new() { MaxTotalBytes = 8 << 20, MaxArrays = 1000 };
    private static readonly DecodeOptions Options = new() { RequireFinite = false };

    public static void Check(string codecName, ReadOnlySpan<byte> input) => Check(ParameterCodecs.Get(codecName), input);

    public static void Check(IParameterCodec codec, ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        using var whole = ByteSource.FromMemory(bytes);
        using var choppy = new ChoppySource(bytes);
        using var set = Decode(codec, whole, out var error);
        using var again = Decode(codec, choppy, out var choppyError);
        Require(error == choppyError, $"Read whole the code is {error}, in pieces {choppyError}.");
        if (set is null || again is null)
        {
            return;
        }

        RequireSame(set, again);
        using var encoded = new MemoryStream();
        codec.Write(set, encoded, CancellationToken.None);
        Require(codec.EncodedLength(set.Layout) is not { } length || length == encoded.Length, "The encoded length is not what was announced.");
        using var source = ByteSource.FromMemory(encoded.ToArray());
        using var decoded = Decode(codec, source, out var secondError);
        Require(decoded is not null, $"What was written is refused: {secondError}.");
        if (decoded is not null)
        {
            RequireSame(set, decoded);
        }
    }

    private static ParameterSet? Decode(IParameterCodec codec, ByteSource source, out ParameterFormatError? error)
    {
        ParameterSet? set = null;
        try
        {
            using var reader = codec.Open(source, Limits);
            set = ParameterSet.Allocate(reader.Layout);
            reader.ReadInto(set, Options, CancellationToken.None);
            error = null;
            return set;
        }
        catch (ParameterFormatException exception)
        {
            set?.Dispose();
            error = exception.Code;
            return null;
        }
    }

    private static void RequireSame(ParameterSet expected, ParameterSet actual)
    {
        Require(expected.Layout.Equals(actual.Layout), $"The layout {actual.Layout} should be {expected.Layout}.");
        for (var i = 0; i < expected.Layout.Arrays.Length; i++)
        {
            var length = (int)expected.Layout.Arrays[i].ByteLength;
            Require(expected.ReadOnlyBytes(i, 0, length).SequenceEqual(actual.ReadOnlyBytes(i, 0, length)), $"Array {expected.Layout.Arrays[i]} differs.");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }

    private sealed class ChoppySource(byte[] bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            if (offset >= bytes.Length)
            {
                return 0;
            }

            var count = (int)Math.Min(Math.Min(destination.Length, bytes.Length - offset), 1 + (offset % 7));
            bytes.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }
    }
}
