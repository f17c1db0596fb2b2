// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;

namespace Tributary.Hosting.Authentication;

/// <summary>The settings of who is known, and how. With one of them, or a token in the data folder, every call needs credentials.</summary>
public sealed class AuthenticationOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "Authentication";

    /// <summary>
    /// True to require credentials although nothing else is configured here: the tokens are those of the data folder. Default: false.
    /// </summary>
    public bool Required { get; set; }

    /// <summary>
    /// True to let a principal with the role of a client that is bound to no client act for every client. Default: false, which refuses it.
    /// </summary>
    public bool AllowUnbound { get; set; }

    /// <summary>
    /// The word before a token in the Authorization header, besides <c>Bearer</c> and <c>Token</c>. Default: <c>Bearer</c>. Errors name it.
    /// </summary>
    public string Scheme { get; set; } = "Bearer";

    /// <summary>The tokens, besides those of the data folder. Default: none.</summary>
    public IList<TokenSettings> Tokens { get; } = [];

    /// <summary>The settings of JSON web tokens.</summary>
    public JwtSettings Jwt { get; } = new();

    /// <summary>The settings of users with passwords.</summary>
    public BasicSettings Basic { get; } = new();

    /// <summary>The settings of client certificates.</summary>
    public CertificatesSettings Certificates { get; } = new();

    /// <summary>True when the settings require credentials of every caller.</summary>
    internal bool IsConfigured => Required || Tokens.Count > 0 || Jwt.IsConfigured || Basic.Users.Count > 0 || Certificates.IsConfigured;

    /// <summary>
    /// The tokens of the repository's own settings. They have no role, and require credentials of the repository's callers alone.
    /// </summary>
    internal IList<TokenSettings> RepositoryTokens { get; } = [];

    /// <summary>Returns whether the settings configure authentication, without judging them.</summary>
    public static bool IsConfiguredIn(IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        return (bool.TryParse(section[nameof(Required)], out var required) && required)
            || Holds("Tokens") || Holds("Jwt:Secret") || Holds("Jwt:PublicKeys") || Holds("Jwt:Authority") || Holds("Basic:Users") || Holds("Certificates:Authorities");

        bool Holds(string key) => section.GetSection(key) is var found && (found.GetChildren().Any() || !string.IsNullOrEmpty(found.Value));
    }

    /// <summary>Adds a token that the repository's own settings name.</summary>
    public void AddRepositoryToken(TokenSettings token) => RepositoryTokens.Add(token);
}
