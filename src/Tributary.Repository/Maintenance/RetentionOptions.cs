// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;

namespace Tributary.Repository.Maintenance;

/// <summary>The settings of how long files without a document are kept. By default for ever, as callers of the original expect.</summary>
internal sealed class RetentionOptions
{
    public const string SectionName = "Repository:Retention";

    /// <summary>The number of newest files of each name to keep. Default: 0, no rule. A file goes when every rule allows it.</summary>
    public int KeepNewest { get; set; }

    /// <summary>The time for which a file is kept after its upload. Default: none, which disables the rule.</summary>
    public TimeSpan? KeepFor { get; set; }

    /// <summary>
    /// The time for which the bytes of a file are kept after its last record is removed. Default: 1 h; with 0 they are removed at once,
    /// even if a request is opening them.
    /// </summary>
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
