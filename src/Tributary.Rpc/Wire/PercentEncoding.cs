// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tributary.Rpc;

/// <summary>The encoding of grpc-message: UTF-8 bytes outside the printable ASCII range, and '%', become %XX.</summary>
internal static class PercentEncoding
{
    public static string Encode(string text, int maxEncodedBytes)
    {
        if (text.Length <= maxEncodedBytes && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var encoded = new StringBuilder(Math.Min(text.Length * 3, maxEncodedBytes));
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            // A rune is never cut in two: the peer would see a broken character.
            var plain = rune.Value is >= ' ' and <= '~' and not '%';
            var count = rune.EncodeToUtf8(utf8);
            if (encoded.Length + (plain ? 1 : count * 3) > maxEncodedBytes)
            {
                break;
            }

            if (plain)
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var value in utf8[..count])
            {
                encoded.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }

    /// <summary>Decodes leniently: invalid escapes stay as they are.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var source = Encoding.UTF8.GetBytes(text, bytes);
            var length = 0;
            for (var i = 0; i < source; i++)
            {
                if (bytes[i] == '%' && i + 2 < source && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
                {
                    bytes[length++] = byte.Parse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                    i += 2;
                }
                else
                {
                    bytes[length++] = bytes[i];
                }
            }

            return Encoding.UTF8.GetString(bytes, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
