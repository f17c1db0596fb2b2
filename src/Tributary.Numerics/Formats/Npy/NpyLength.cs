// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Npy;

/// <summary>The length of an npy file as its header states it.</summary>
public static class NpyLength
{
    /// <summary>Returns the number of bytes that the header and the elements take.</summary>
    /// <param name="head">The first bytes of the file, with the whole header.</param>
    /// <returns>The length; null when the bytes are no npy header, or one of objects or records, which do not tell it.</returns>
    public static long? Find(ReadOnlySpan<byte> head)
    {
        using var source = ByteSource.FromMemory(head.ToArray());
        using var bytes = new StoredBytes(source, 0, "");
        try
        {
            var text = NpyHeader.ReadText(bytes, head.Length, "", DecodeLimits.Default, out var header);
            var (descriptor, shape) = NpyDictionary.ParseAny(text, "", DecodeLimits.Default);
            return ItemBytes(descriptor) is { } item && ArraySpec.TryCount(shape.AsSpan(), item, out var count) && count <= (long.MaxValue - header) / item
                ? header + (count * item)
                : null;
        }
        catch (ParameterFormatException)
        {
            return null;
        }
    }

    /// <summary>Returns the size of one element: a byte order, the letter of a kind, a number that counts bytes or, in text, characters.</summary>
    private static int? ItemBytes(string descriptor)
    {
        if (descriptor is not ['<' or '>' or '|' or '=', var kind, .. var number])
        {
            return null;
        }

        // Times have a unit behind the number: "<M8[ns]".
        var digits = kind is 'M' or 'm' ? number.Split('[')[0] : number;
        var size = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed is > 0 and < 1 << 28 ? parsed : (int?)null;
        return kind switch
        {
            'b' or 'i' or 'u' or 'f' or 'c' or 'M' or 'm' or 'S' or 'V' => size,
            'U' => size * 4,
            _ => null,
        };
    }
}
