// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.RateLimits;

/// <summary>The settings of request rates. They count only where authentication is required. Each is a number in any minute; 0 is no limit.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "RateLimits";

    /// <summary>The highest value of a limit.</summary>
    public const int Max = 10_000_000;

    /// <summary>The requests of one principal. Default: 6,000; a client sends about 45 by itself.</summary>
    public int RequestsPerPrincipal { get; set; } = 6_000;

    /// <summary>
    /// The requests of one address, before it is known who they are from. Default: 60,000, because many clients can be behind one address.
    /// </summary>
    public int RequestsPerAddress { get; set; } = 60_000;

    /// <summary>
    /// The requests of one address with wrong credentials. Default: 30; later ones are answered 429, and no more passwords are checked.
    /// </summary>
    public int FailuresPerAddress { get; set; } = 30;
}

internal sealed class RateLimitOptionsValidator(IConfiguration configuration) : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var section = configuration.GetSection(RateLimitOptions.SectionName);
        List<string> errors = [.. SettingNames.FindFaults(section, typeof(RateLimitOptions), new Dictionary<string, Type>())];
        foreach (var (setting, value) in (ReadOnlySpan<(string, int)>)
        [
            (nameof(options.RequestsPerPrincipal), options.RequestsPerPrincipal),
            (nameof(options.RequestsPerAddress), options.RequestsPerAddress),
            (nameof(options.FailuresPerAddress), options.FailuresPerAddress),
        ])
        {
            if (value is < 0 or > RateLimitOptions.Max)
            {
                errors.Add(FormattableString.Invariant($"{section.Path}:{setting} is {value}; expected 0 to {RateLimitOptions.Max}."));
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
