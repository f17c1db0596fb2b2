// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;

namespace Tributary.Repository.Maintenance;

/// <summary>Settings of how long files stay that no document points to. By default all of them stay, as callers of the original expect.</summary>
internal sealed class RetentionOptions
{
    /// <summary>The section that they are read from.</summary>
    public const string SectionName = "Repository:Retention";

    /// <summary>So many files of one name stay. Default: 0, meaning no such rule. A file goes when every rule that is set lets it go.</summary>
    public int KeepNewest { get; set; }

    /// <summary>How long a file stays after its upload. Default: none, meaning no such rule.</summary>
    public TimeSpan? KeepFor { get; set; }

    /// <summary>How long the bytes of a file stay after its last record is gone. Default: 1 h; with 0 they go at once, and who is about to open one may find it gone.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromHours(1);
}

internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private const int MaxFiles = 1_000_000;
    private static readonly TimeSpan MinSpan = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxSpan = TimeSpan.FromDays(36_500);
    private static readonly TimeSpan MaxGrace = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var errors = new List<string>();
        if (options.KeepNewest is < 0 or > MaxFiles)
        {
            errors.Add(FormattableString.Invariant($"Repository:Retention:KeepNewest is {options.KeepNewest}; expected 0 to {MaxFiles}."));
        }

        if (options.KeepFor is { } span && (span < MinSpan || span > MaxSpan))
        {
            errors.Add($"Repository:Retention:KeepFor is {span:c}; expected {MinSpan:c} to {MaxSpan:c}, or nothing.");
        }

        if (options.Grace < TimeSpan.Zero || options.Grace > MaxGrace)
        {
            errors.Add($"Repository:Retention:Grace is {options.Grace:c}; expected {TimeSpan.Zero:c} to {MaxGrace:c}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
