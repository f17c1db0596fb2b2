// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Protocol.PythonJson;

/// <summary>Conversions of numbers as Python reads and prints them.</summary>
public static class PythonNumber
{
    /// <summary>Returns the shortest digits that round-trip: with an exponent below 1e-4 and from 1e16 on, else with a fraction.</summary>
    public static string Print(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }

        // "R" gives the shortest digits, but follows other rules for the exponent and the decimal point.
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? shortest : shortest[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var scale = whole - (all.Length - digits.Length) + exponent - 1; // the power of ten of the first digit
        digits = digits.TrimEnd('0');
        var sign = value < 0 ? "-" : "";
        if (scale is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(scale < 0 ? '-' : '+')}{Math.Abs(scale):00}");
        }

        return scale < 0 ? $"{sign}0.{new string('0', -scale - 1)}{digits}"
            : digits.Length <= scale + 1 ? $"{sign}{digits.PadRight(scale + 1, '0')}.0"
            : $"{sign}{digits[..(scale + 1)]}.{digits[(scale + 1)..]}";
    }

    /// <summary>Parses a float, allowing spaces around it, single underscores between digits, nan and inf; null for other texts.</summary>
    public static double? ParseReal(string text)
    {
        if (Strip(text) is not { } plain)
        {
            return null;
        }

        var unsigned = plain.TrimStart('+', '-');
        if (plain.Length - unsigned.Length <= 1)
        {
            var negative = plain[0] == '-';
            switch (unsigned.ToUpperInvariant())
            {
                case "NAN":
                    return double.NaN;
                case "INF" or "INFINITY":
                    return negative ? double.NegativeInfinity : double.PositiveInfinity;
            }
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return plain.Any(char.IsAsciiDigit) && plain.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or 'e' or 'E')
            && double.TryParse(plain, Style, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>Reads a finite number, which may also be written as text; returns false for anything else.</summary>
    public static bool TryRead(PythonJsonValue? value, out double number)
    {
        var read = value switch
        {
            PythonJsonValue.Integer integer => ParseReal(integer.Digits),
            PythonJsonValue.Number real => real.Value,
            PythonJsonValue.String text => ParseReal(text.Value),
            _ => null,
        };
        number = read ?? 0;
        return read is { } finite && double.IsFinite(finite);
    }

    /// <summary>Parses an integer and returns its normalized digits; null when the text is not one.</summary>
    public static string? ParseWhole(string text)
    {
        if (Strip(text) is not { } plain)
        {
            return null;
        }

        var digits = plain[0] is '+' or '-' ? plain[1..] : plain;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }

        digits = digits.TrimStart('0');
        return digits.Length == 0 ? "0" : plain[0] == '-' ? $"-{digits}" : digits;
    }

    /// <summary>Returns the digits of a float without its fraction; null when the float is not finite.</summary>
    public static string? Truncate(double value) =>
        double.IsFinite(value) ? new System.Numerics.BigInteger(value).ToString(CultureInfo.InvariantCulture) : null;

    private static string? Strip(string text)
    {
        var plain = text.Trim();
        for (var i = 0; i < plain.Length; i++)
        {
            if (plain[i] == '_' && (i == 0 || i + 1 == plain.Length || !char.IsAsciiDigit(plain[i - 1]) || !char.IsAsciiDigit(plain[i + 1])))
            {
                return null;
            }
        }

        plain = plain.Replace("_", "", StringComparison.Ordinal);
        return plain.Length == 0 ? null : plain;
    }
}
