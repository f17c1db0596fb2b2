// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;

namespace Tributary.Core.Sessions;

/// <summary>The settings of sessions.</summary>
public sealed class SessionOptions
{
    public const string SectionName = "Sessions";

    /// <summary>The maximum number of sessions with a run in progress; the start of another is refused for the time. Default: 100.</summary>
    public int MaxActive { get; set; } = 100;
}

internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    private const int MaxMaxActive = 10_000;

    public ValidateOptionsResult Validate(string? name, SessionOptions options) => options.MaxActive is >= 1 and <= MaxMaxActive
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(FormattableString.Invariant($"Sessions:MaxActive is {options.MaxActive}; expected 1 to {MaxMaxActive}."));
}
