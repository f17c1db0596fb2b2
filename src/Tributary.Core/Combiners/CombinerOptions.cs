// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Numerics.Formats;

namespace Tributary.Core.Combiners;

/// <summary>The settings of the combiner.</summary>
public sealed class CombinerOptions
{
    public const string SectionName = "Combiner";

    /// <summary>The name of the combiner: letters, digits, '-' and '_'. Default: <c>combiner</c>. Clients may ask for it by name.</summary>
    public string Name { get; set; } = "combiner";

    /// <summary>The host that clients are told. Default: empty, meaning the address that the combiner listens on.</summary>
    public string AdvertisedHost { get; set; } = "";

    /// <summary>The port that clients are told. Default: 0, meaning the port that the combiner listens on.</summary>
    public int AdvertisedPort { get; set; }

    /// <summary>
    /// The name that clients are told to reach the combiner by over TLS, on port 443. Default: empty, for none. FEDn's clients use TLS, and send
    /// their token, only with this name or with an advertised port of exactly 443.
    /// </summary>
    public string AdvertisedFqdn { get; set; } = "";

    /// <summary>The path of a certificate in PEM that clients are told to trust. Default: empty, for none.</summary>
    public string AdvertisedCertificate { get; set; } = "";

    /// <summary>The maximum number of clients that a round selects, randomly from more, or the controller accepts. Default: 30.</summary>
    public int MaxClients { get; set; } = 30;

    /// <summary>The maximum number of connected clients, besides those that train; the stream of another is refused for the time. Default: 20,000.</summary>
    public int MaxConnectedClients { get; set; } = 20_000;

    /// <summary>
    /// The time without a heartbeat after which a client is not selected any more, if it has ever sent one. Default: 10 s. A client without an open
    /// stream is never selected.
    /// </summary>
    public TimeSpan ClientTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time after a start for which a round waits for clients to return: for as many as it requires, and in a run that a restart
    /// interrupted for all that were connected before. Default: 30 s; then the round continues with those present, or fails if they are too
    /// few. At any time, a round does not wait longer than this for the update of a client that gives no sign of life
    /// (<see cref="ClientTimeout"/> if that is longer).
    /// </summary>
    public TimeSpan ReturnTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The maximum length of one uploaded model in bytes. Default: 16 GiB; a longer upload is refused while it arrives.</summary>
    public long MaxModelBytes { get; set; } = 16L << 30;

    /// <summary>The number of threads that fold updates and merge the results of combiners. Default: 0, one for each processor.</summary>
    public int AggregationThreads { get; set; }

    /// <summary>The maximum number of updates that are decoded at once. Default: 0, one for each processor.</summary>
    public int ConcurrentDecodes { get; set; }

    /// <summary>True to accept updates with NaN or infinite values. Default: false; they are refused.</summary>
    public bool AllowNonFinite { get; set; }

    /// <summary>The time for which a finished upload waits for the update that names it. Default: 24 h; then it is removed.</summary>
    public TimeSpan UploadRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Returns the limits on the sizes that a model may claim.</summary>
    public DecodeLimits Limits() => new() { MaxTotalBytes = MaxModelBytes };

    /// <summary>Returns the options for decoding the values of a model.</summary>
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

        if (options.AdvertisedFqdn.Length > 0 && Uri.CheckHostName(options.AdvertisedFqdn) != UriHostNameType.Dns)
        {
            errors.Add($"Combiner:AdvertisedFqdn is '{options.AdvertisedFqdn}'; expected a host name.");
        }

        if (options.AdvertisedCertificate.Length > 0 && !IsCertificate(options.AdvertisedCertificate))
        {
            errors.Add($"Combiner:AdvertisedCertificate is '{options.AdvertisedCertificate}'; expected the path of a certificate in PEM.");
        }

        Check("MaxClients", options.MaxClients, 1, 1_000_000);
        Check("MaxConnectedClients", options.MaxConnectedClients, 1, 1_000_000);
        Check("AdvertisedPort", options.AdvertisedPort, 0, 65535);
        Check("MaxModelBytes", options.MaxModelBytes, 1, long.MaxValue);
        Check("AggregationThreads", options.AggregationThreads, 0, 1024);
        Check("ConcurrentDecodes", options.ConcurrentDecodes, 0, 1024);
        Check("ClientTimeout", options.ClientTimeout.TotalSeconds, 1, 86400);
        Check("ReturnTime", options.ReturnTime.TotalSeconds, 0, 3600);
        Check("UploadRetention", options.UploadRetention.TotalSeconds, 60, 365 * 86400.0);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        static bool IsCertificate(string path)
        {
            try
            {
                return File.ReadAllText(path).Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        void Check(string property, double value, double min, double max)
        {
            if (!(value >= min && value <= max))
            {
                errors.Add(FormattableString.Invariant($"Combiner:{property} is {value}; expected {min} to {max}."));
            }
        }
    }
}
