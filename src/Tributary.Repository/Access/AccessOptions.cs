// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;
using Tributary.Hosting.Authentication;

namespace Tributary.Repository.Access;

/// <summary>The repository's own settings of access, which are older than those of authentication and still count.</summary>
internal sealed class AccessOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "Repository:Access";

    /// <summary>
    /// True to allow a listener that others can reach to run without authentication. Default: false, which makes it refuse to start.
    /// </summary>
    public bool Open { get; set; }

    /// <summary>The tokens. Default: none; with at least one, every request to the repository needs credentials.</summary>
    public IList<RepositoryTokenSettings> Tokens { get; } = [];
}

/// <summary>The settings of a token.</summary>
internal sealed class RepositoryTokenSettings
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

    /// <summary>Returns the token in the form of the settings of authentication.</summary>
    public TokenSettings ToToken()
    {
        var token = new TokenSettings { Name = Name, Sha256 = Sha256, MaxBytes = MaxBytes, MaxFiles = MaxFiles };
        foreach (var (collection, role) in Roles)
        {
            token.Collections[collection] = role;
        }

        return token;
    }
}

internal sealed class AccessOptionsValidator(IConfiguration configuration) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        const string Tokens = $"{AccessOptions.SectionName}:Tokens";
        List<string> errors = [.. TokenSettings.FindFaults([.. options.Tokens.Select(t => t.ToToken())], Tokens)];
        for (var i = 0; i < options.Tokens.Count; i++)
        {
            var roles = FormattableString.Invariant($"{Tokens}:{i}:Roles");
            errors.AddRange(options.Tokens[i].Roles.Select(r => Grants.FindFault(r.Key, r.Value)).OfType<string>().Select(fault => $"{roles}:{fault}"));
            if (options.Tokens[i].Roles.Count == 0)
            {
                errors.Add($"{roles} is empty; expected a role for a collection or for '*'.");
            }
        }

        if (options.Open && options.Tokens.Count > 0)
        {
            errors.Add("Repository:Access:Open is true although there are Repository:Access:Tokens; expected one of them.");
        }
        else if (options.Open && AuthenticationOptions.IsConfiguredIn(configuration))
        {
            errors.Add("Repository:Access:Open is true although there are settings of Authentication; expected one of them.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
