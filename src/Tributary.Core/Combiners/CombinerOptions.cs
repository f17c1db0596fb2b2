// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Numerics.Formats;

namespace Tributary.Core.Combiners;

/// <summary>Settings of the combiner.</summary>
public sealed class CombinerOptions
{
    /// <summary>The section that they are read from.</summary>
    public const string SectionName = "Combiner";

    /// <summary>Its name: letters, digits, '-' and '_'. Default: <c>combiner</c>. Clients may ask for it by this name.</summary>
    public string Name { get; set; } = "combiner";

    /// <summary>The host that clients are told. Default: empty, meaning the address it listens on.</summary>
    public string AdvertisedHost { get; set; } = "";

    /// <summary>The port that clients are told. Default: 0, meaning the port it listens on.</summary>
    public int AdvertisedPort { get; set; }

    /// <summary>Clients that are selected for a round or accepted by the controller, at most. Default: 30; above, a random choice is made.</summary>
    public int MaxClients { get; set; } = 30;

    /// <summary>How long a client without an open stream counts as alive after its last sign. Default: 10 s.</summary>
    public TimeSpan ClientTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after a start a round waits for clients to come back: for as many as it requires, and in a run that a restart interrupted
    /// for all that were connected before. Default: 30 s; then it goes on with those that are there, or fails if they are too few.
    /// </summary>
    public TimeSpan ReturnTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of one uploaded model, at most. Default: 16 GiB; a longer upload is refused while it comes in.</summary>
    public long MaxModelBytes { get; set; } = 16L << 30;

    /// <summary>Threads that fold updates, and merge what several combiners folded. Default: 0, meaning one for each processor.</summary>
    public int AggregationThreads { get; set; }

    /// <summary>Updates that are decoded at once, at most. Default: 0, meaning one for each processor.</summary>
    public int ConcurrentDecodes { get; set; }

    /// <summary>Whether updates with NaN or infinite values are taken. Default: false; they are refused.</summary>
    public bool AllowNonFinite { get; set; }

    /// <summary>How long a finished upload waits for the update that names it. Default: 24 h; then it is removed.</summary>
    public TimeSpan UploadRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Returns the limits on what a model may claim.</summary>
    public DecodeLimits Limits() => new() { MaxTotalBytes = MaxModelBytes };

    /// <summary>Returns how the values of a model are read.</summary>
    public DecodeOptions Decoding() => new() { RequireFinite = !AllowNonFinite };

    internal int CountAggregationThreads() => AggregationThreads > 0 ? AggregationThreads : Environment.ProcessorCount;
}

internal sealed class CombinerOptionsValidator : IValidateOptions<CombinerOptions>
{
    public ValidateOptionsResult Validate(string? name, CombinerOptions options)
    {
        var errors = new List<string>();
        if (options.Name.Length is 0 or > 64 || !options.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            errors.Add($"Combiner:Name is '{options.Name}'; expected 1 to 64 letters, digits, '-' or '_'.");
        }

        Check("MaxClients", options.MaxClients, 1, 1_000_000);
        Check("AdvertisedPort", options.AdvertisedPort, 0, 65535);
        Check("MaxModelBytes", options.MaxModelBytes, 1, long.MaxValue);
        Check("AggregationThreads", options.AggregationThreads, 0, 1024);
        Check("ConcurrentDecodes", options.ConcurrentDecodes, 0, 1024);
        Check("ClientTimeout", options.ClientTimeout.TotalSeconds, 1, 86400);
        Check("ReturnTime", options.ReturnTime.TotalSeconds, 0, 3600);
        Check("UploadRetention", options.UploadRetention.TotalSeconds, 60, 365 * 86400.0);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string property, double value, double min, double max)
        {
            if (!(value >= min && value <= max))
            {
                errors.Add(FormattableString.Invariant($"Combiner:{property} is {value}; expected {min} to {max}."));
            }
        }
    }
}
