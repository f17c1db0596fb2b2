// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Repository.Access;
using Tributary.Repository.Maintenance;
using Tributary.Repository.Scanning;
using Tributary.Repository.Signatures;

namespace Tributary.Repository;

/// <summary>Settings of the repository.</summary>
internal sealed class RepositoryOptions
{
    /// <summary>The section that they are read from.</summary>
    public const string SectionName = "Repository";

    /// <summary>Bytes of one file, at most. Default: 64 GiB; a longer upload is refused while it comes in, or before if it says its length.</summary>
    public long MaxFileBytes { get; set; } = 64L << 30;

    /// <summary>Bytes of one JSON document, at most. Default: 4 MiB; a longer one is refused before it is read.</summary>
    public int MaxDocumentBytes { get; set; } = 4 << 20;

    /// <summary>
    /// <c>off</c>, <c>report</c> or <c>enforce</c>. Default: <c>report</c>, uploads are scanned and what pickles import is told; with
    /// <c>enforce</c> a file that imports more than is allowed is refused.
    /// </summary>
    public string Pickles { get; set; } = PicklePolicy.Report;

    /// <summary>What pickles may import besides what is allowed anyway. Default: nothing.</summary>
    public ImportSettings AllowedImports { get; } = new();

    /// <summary>How training results are taken in.</summary>
    public ResultSettings Results { get; } = new();
}

/// <summary>What is done about pickles.</summary>
internal static class PicklePolicy
{
    public const string Off = "off";
    public const string Report = "report";
    public const string Enforce = "enforce";
}

/// <summary>Settings of training results.</summary>
internal sealed class ResultSettings
{
    /// <summary>
    /// <c>string</c> or <c>preserve</c>. Default: <c>string</c>, every number in <c>results</c> becomes a text as in the original; with
    /// <c>preserve</c> it stays a number.
    /// </summary>
    public string Coerce { get; set; } = ResultCoercion.Text;
}

/// <summary>What becomes of the numbers in training results.</summary>
internal static class ResultCoercion
{
    public const string Text = "string";
    public const string Preserve = "preserve";
}

internal sealed class RepositoryOptionsValidator(IConfiguration configuration) : IValidateOptions<RepositoryOptions>
{
    private const int MaxDocumentBytes = 64 << 20;

    /// <summary>What stands beside these options in their section.</summary>
    private static readonly Dictionary<string, Type> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Access"] = typeof(AccessOptions),
        ["Signatures"] = typeof(SignatureOptions),
        ["Retention"] = typeof(RetentionOptions),
        ["LegacySettings"] = typeof(bool),
    };

    public ValidateOptionsResult Validate(string? name, RepositoryOptions options)
    {
        // A misspelled one of these would leave a door open.
        var errors = new List<string>(SettingNames.FindFaults(configuration.GetSection(RepositoryOptions.SectionName), typeof(RepositoryOptions), Others));
        if (options.MaxFileBytes < 1)
        {
            errors.Add(FormattableString.Invariant($"Repository:MaxFileBytes is {options.MaxFileBytes}; expected at least 1."));
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
