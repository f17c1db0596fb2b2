// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits;

/// <summary>
/// The exponential function in plain arithmetic: the system's differs in the last bit between processors, and so would the models.
/// </summary>
internal static class Exponential
{
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700;

    /// <summary>Returns e to the power of <paramref name="x"/>, which must be at most 0, with a relative error of about 1e-15.</summary>
    public static double Of(double x)
    {
        if (x < -700)
        {
            return 0;
        }

        var k = Math.Round(x * InverseLn2);
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var sum = 1.0;
        for (var n = 14; n >= 1; n--)
        {
            sum = 1 + (r * sum / n);
        }

        return Math.ScaleB(sum, (int)k);
    }
}
