// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Rpc;

/// <summary>The encoding of the grpc-timeout header: at most eight digits and a unit.</summary>
internal static class TimeoutEncoding
{
    private const long MaxDigits = 99_999_999;

    /// <summary>The longest deadline with a timer: timers end at about 49 days, and a deadline further away is as good as none.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    public static string Encode(TimeSpan timeout)
    {
        var ticks = Math.Clamp(timeout.Ticks, 0, MaxDigits * TimeSpan.TicksPerHour);
        return ticks switch
        {
            <= MaxDigits * TimeSpan.TicksPerMicrosecond => Format(ticks, TimeSpan.TicksPerMicrosecond, 'u'),
            <= MaxDigits * TimeSpan.TicksPerMillisecond => Format(ticks, TimeSpan.TicksPerMillisecond, 'm'),
            <= MaxDigits * TimeSpan.TicksPerSecond => Format(ticks, TimeSpan.TicksPerSecond, 'S'),
            _ => Format(ticks, TimeSpan.TicksPerHour, 'H'),
        };
    }

    public static bool TryDecode(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || !uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        // The widest value, 99999999 hours, is 3.6e18 ticks: it fits.
        long? ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => (value + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        timeout = new TimeSpan(ticks ?? 0);
        return ticks is not null;
    }

    private static string Format(long ticks, long unit, char suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{(ticks + unit - 1) / unit}{suffix}");
}
