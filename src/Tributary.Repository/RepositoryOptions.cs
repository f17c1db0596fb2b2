// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Hosting;
using Tributary.Repository.Access;
using Tributary.Repository.Maintenance;
using Tributary.Repository.Scanning;
using Tributary.Repository.Signatures;

namespace Tributary.Repository;

internal sealed class RepositoryOptions
{
    public const string SectionName = "Repository";

    /// <summary>
    /// The maximum length of one file, in bytes. Default: 64 GiB; a longer upload is refused while it arrives, or before if it declares its
    /// length.
    /// </summary>
    public long MaxFileBytes { get; set; } = 64L << 30;

    /// <summary>The maximum length of one JSON document, in bytes. Default: 4 MiB; a longer one is refused before it is read.</summary>
    public int MaxDocumentBytes { get; set; } = 4 << 20;

    /// <summary>
    /// The policy for pickles: <c>off</c>, <c>report</c> or <c>enforce</c>. Default: <c>report</c>, which scans uploads and reports what
    /// their pickles import; <c>enforce</c> refuses a file that imports more than is allowed.
    /// </summary>
    public string Pickles { get; set; } = PicklePolicy.Report;

    /// <summary>
    /// The maximum total length, in bytes, to which those members of one archive may inflate that expand more than 200 times. Default: 64 MiB.
    /// Arrays of numpy whose header states their length do not count.
    /// </summary>
    public long MaxExpandedBytes { get; set; } = 64L << 20;

    /// <summary>The imports that pickles may make in addition to those always allowed. Default: none.</summary>
    public ImportSettings AllowedImports { get; } = new();

    public ResultSettings Results { get; } = new();
}

internal static class PicklePolicy
{
    public const string Off = "off";
    public const string Report = "report";
    public const string Enforce = "enforce";
}

internal sealed class ResultSettings
{
    /// <summary>
    /// The treatment of numbers in <c>results</c>: <c>string</c> or <c>preserve</c>. Default: <c>string</c>, which turns every number into
    /// a string as the original does; <c>preserve</c> keeps numbers.
    /// </summary>
    public string Coerce { get; set; } = ResultCoercion.Text;
}

internal static class ResultCoercion
{
    public const string Text = "string";
    public const string Preserve = "preserve";
}

internal sealed class RepositoryOptionsValidator(IConfiguration configuration) : IValidateOptions<RepositoryOptions>
{
    private const int MaxDocumentBytes = 64 << 20;

    /// <summary>The settings in the same section that other options read, by name.</summary>
    private static readonly Dictionary<string, Type> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Access"] = typeof(AccessOptions),
        ["Signatures"] = typeof(SignatureOptions),
        ["Retention"] = typeof(RetentionOptions),
        ["LegacySettings"] = typeof(bool),
    };

    public ValidateOptionsResult Validate(string? name, RepositoryOptions options)
    {
        // A misspelled security setting would otherwise leave access open.
        var errors = new List<string>(SettingNames.FindFaults(configuration.GetSection(RepositoryOptions.SectionName), typeof(RepositoryOptions), Others));
        if (options.MaxFileBytes < 1)
        {
            errors.Add(FormattableString.Invariant($"Repository:MaxFileBytes is {options.MaxFileBytes}; expected at least 1."));
        }

        if (options.MaxExpandedBytes < 0)
        {
            errors.Add(FormattableString.Invariant($"Repository:MaxExpandedBytes is {options.MaxExpandedBytes}; expected at least 0."));
        }

        if (options.MaxDocumentBytes is < 1024 or > MaxDocumentBytes)
        {
            errors.Add(FormattableString.Invariant($"Repository:MaxDocumentBytes is {options.MaxDocumentBytes}; expected 1024 to {MaxDocumentBytes}."));
        }

        if (options.Results.Coerce is not (ResultCoercion.Text or ResultCoercion.Preserve))
        {
            errors.Add($"Repository:Results:Coerce is '{options.Results.Coerce}'; expected {ResultCoercion.Text} or {ResultCoercion.Preserve}.");
        }

        if (options.Pickles is not (PicklePolicy.Off or PicklePolicy.Report or PicklePolicy.Enforce))
        {
            errors.Add($"Repository:Pickles is '{options.Pickles}'; expected {PicklePolicy.Off}, {PicklePolicy.Report} or {PicklePolicy.Enforce}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
