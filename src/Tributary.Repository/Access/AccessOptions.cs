// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Repository;

namespace Tributary.Repository.Access;

/// <summary>The settings of access control. Without tokens every caller may do everything, as in the original.</summary>
internal sealed class AccessOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "Repository:Access";

    /// <summary>
    /// True to allow a listener that others can reach to run without tokens. Default: false, which makes it refuse to start.
    /// </summary>
    public bool Open { get; set; }

    /// <summary>
    /// The tokens. Default: none; with at least one, every request needs a token, except requests for the documentation pages.
    /// </summary>
    public IList<TokenSettings> Tokens { get; } = [];
}

/// <summary>The settings of a token.</summary>
internal sealed class TokenSettings
{
    /// <summary>The name of the token in the audit log.</summary>
    public string Name { get; set; } = "";

    /// <summary>The SHA-256 of the token in hexadecimal; the token itself does not appear in the settings.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>
    /// The role in each collection: <c>read</c>, <c>write</c> or <c>admin</c>; <c>*</c> stands for all collections that are not named.
    /// </summary>
    public IDictionary<string, string> Roles { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The maximum total length in bytes of the files stored with the token at one time. Default: no limit.</summary>
    public long? MaxBytes { get; set; }

    /// <summary>The maximum number of files stored with the token at one time. Default: no limit.</summary>
    public long? MaxFiles { get; set; }
}

internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    private const int DigestDigits = 64;
    private const int MaxNameCharacters = 100;

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new List<string>();
        if (options.Open && options.Tokens.Count > 0)
        {
            errors.Add("Repository:Access:Open is true although there are Repository:Access:Tokens; expected one of them.");
        }

        for (var i = 0; i < options.Tokens.Count; i++)
        {
            var place = FormattableString.Invariant($"Repository:Access:Tokens:{i}");
            errors.AddRange(Check(options.Tokens[i]).Select(error => $"{place}:{error}"));
            if (options.Tokens.Take(i).Any(t => t.Name == options.Tokens[i].Name))
            {
                errors.Add($"{place}:Name is '{options.Tokens[i].Name}' as that of another token; expected a name of its own.");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Check(TokenSettings token)
    {
        if (token.Name.Length is 0 or > MaxNameCharacters)
        {
            yield return FormattableString.Invariant($"Name has {token.Name.Length} characters; expected 1 to {MaxNameCharacters}.");
        }

        if (AuditEntry.Own.Contains(token.Name, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"Name is '{token.Name}', which is what the server itself goes by in the audit log; expected another.";
        }

        if (token.Sha256.Length != DigestDigits || !token.Sha256.All(char.IsAsciiHexDigit))
        {
            yield return "Sha256 is no SHA-256; expected 64 hexadecimal digits.";
        }

        if (token.Roles.Count == 0)
        {
            yield return "Roles is empty; expected a role for a collection or for '*'.";
        }

        foreach (var (collection, role) in token.Roles)
        {
            if (collection != Collections.Any && !Collections.All.Contains(collection, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"Roles:{collection} is no collection; expected one of {string.Join(", ", Collections.All)}, {Collections.Any}.";
            }

            if (!AccessRoles.TryParse(role, out _))
            {
                yield return $"Roles:{collection} is '{role}'; expected read, write or admin.";
            }
        }

        if (token.MaxBytes < 0)
        {
            yield return FormattableString.Invariant($"MaxBytes is {token.MaxBytes}; expected 0 or more.");
        }

        if (token.MaxFiles < 0)
        {
            yield return FormattableString.Invariant($"MaxFiles is {token.MaxFiles}; expected 0 or more.");
        }
    }
}
