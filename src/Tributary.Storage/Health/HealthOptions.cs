// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Tributary.Storage.Health;

/// <summary>The settings of the checks that decide whether a server is ready.</summary>
internal sealed class HealthOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "Health";

    /// <summary>
    /// The bytes that must be free on the disk of the data folder. Default 1 GiB. With less, the server is not ready, so that no
    /// new work is sent to it before the disk is full; 0 for no floor.
    /// </summary>
    public long MinFreeBytes { get; set; } = 1L << 30;
}

internal sealed class HealthOptionsValidator(IConfiguration configuration) : IValidateOptions<HealthOptions>
{
    public ValidateOptionsResult Validate(string? name, HealthOptions options)
    {
        const string Setting = nameof(options.MinFreeBytes);
        var others = configuration.GetSection(HealthOptions.SectionName).GetChildren().Where(s => !s.Key.Equals(Setting, StringComparison.OrdinalIgnoreCase));
        List<string> errors = [.. others.Select(s => $"{s.Path} is no setting; expected {Setting}.")];
        if (options.MinFreeBytes < 0)
        {
            errors.Add(FormattableString.Invariant($"Health:{Setting} is {options.MinFreeBytes}; expected 0 or more."));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
