// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits;

/// <summary>A source of random proportions.</summary>
internal static class Dirichlet
{
    /// <summary>
    /// Draws proportions that sum to 1 from the symmetric Dirichlet distribution: the smaller the concentration, the more uneven.
    /// </summary>
    public static double[] Draw(Random random, double concentration, int count)
    {
        var parts = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            parts[i] = Gamma(random, concentration);
            sum += parts[i];
        }

        for (var i = 0; i < count; i++)
        {
            parts[i] /= sum;
        }

        return parts;
    }

    /// <summary>
    /// Draws a gamma variate by the method of Marsaglia and Tsang (2000); for a shape below 1, from the shape one higher.
    /// </summary>
    private static double Gamma(Random random, double shape)
    {
        if (shape < 1)
        {
            return Gamma(random, shape + 1) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Normal(random);
            var v = 1 + (c * normal);
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < (0.5 * normal * normal) + (d * (1 - v + Math.Log(v))))
            {
                return d * v;
            }
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
