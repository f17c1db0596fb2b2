// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tributary.Core;

/// <summary>The names and forms that all metrics and traces of the product share.</summary>
public static class TributaryDiagnostics
{
    /// <summary>The name of the source of spans; the names of all meters begin with it and a dot.</summary>
    public const string Name = "Tributary";

    /// <summary>The tag for the outcome of an operation.</summary>
    public const string Outcome = "tributary.outcome";

    /// <summary>The tag for the reason of a refusal.</summary>
    public const string Reason = "tributary.reason";

    /// <summary>The source of spans; it makes none while no listener asks for them.</summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries =
            [1 << 10, 16 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20, 256 << 20, 1L << 30, 4L << 30, 16L << 30, 64L << 30],
    };

    private static readonly InstrumentAdvice<double> ShortDurations = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<double> LongDurations = new()
    {
        HistogramBucketBoundaries = [0.01, 0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 10_800],
    };

    extension(Meter meter)
    {
        /// <summary>Creates a histogram of sizes in bytes, from a KiB to 64 GiB.</summary>
        public Histogram<long> CreateSizes(string name, string description) => meter.CreateHistogram(name, "By", description, tags: null, Sizes);

        /// <summary>Creates a histogram of durations in seconds, from half a millisecond to ten seconds.</summary>
        public Histogram<double> CreateShortDurations(string name, string description) =>
            meter.CreateHistogram(name, "s", description, tags: null, ShortDurations);

        /// <summary>Creates a histogram of durations in seconds, from ten milliseconds to three hours.</summary>
        public Histogram<double> CreateLongDurations(string name, string description) =>
            meter.CreateHistogram(name, "s", description, tags: null, LongDurations);
    }
}
