// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Tributary.Core.Identity;

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

/// <summary>The settings of a principal.</summary>
public abstract class PrincipalSettings
{
    /// <summary>The name in logs and in the audit log.</summary>
    public string Name { get; set; } = "";

    /// <summary>The roles: <c>client</c>, <c>combiner</c>, <c>controller</c>, <c>admin</c>. Default: none.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>The only client that the principal may act for. Default: none.</summary>
    public string? ClientId { get; set; }

    /// <summary>
    /// The access to each collection of the repository: <c>read</c>, <c>write</c> or <c>admin</c>; <c>*</c> stands for all that are not named.
    /// Default: none.
    /// </summary>
    public IDictionary<string, string> Collections { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The maximum total length in bytes of the files stored by the principal at one time. Default: no limit.</summary>
    public long? MaxBytes { get; set; }

    /// <summary>The maximum number of files stored by the principal at one time. Default: no limit.</summary>
    public long? MaxFiles { get; set; }

    internal Principal ToPrincipal(string prefix) => new()
    {
        Name = prefix + Name,
        Roles = RoleNames.Of(Roles),
        Client = Core.ClientId.TryParse(ClientId, out var client) ? client : null,
        Grants = Grants.Of(Collections),
        MaxBytes = MaxBytes,
        MaxFiles = MaxFiles,
    };
}

/// <summary>The settings of a token.</summary>
public sealed class TokenSettings : PrincipalSettings
{
    /// <summary>The SHA-256 of the token in hexadecimal; the token itself does not appear in the settings.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>The time from which on the token is refused. Default: never.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>Returns what is wrong with names, digests and limits of tokens, each with its place below <paramref name="path"/>.</summary>
    public static IEnumerable<string> FindFaults(IList<TokenSettings> tokens, string path) =>
        PrincipalCheck.FindFaults(tokens, path, token => [.. PrincipalCheck.FindFaults(token), .. PrincipalCheck.FindDigestFaults(nameof(Sha256), token.Sha256)]);
}

/// <summary>The settings of JSON web tokens. One of <see cref="Secret"/>, <see cref="PublicKeys"/> and <see cref="Authority"/> turns them on.</summary>
public sealed class JwtSettings
{
    /// <summary>The shared secret of tokens signed by HMAC, at least 32 bytes. Default: none.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The public keys of issuers, RSA or elliptic curve: each a PEM text, or the path of a file with one. Default: none.</summary>
    public IList<string> PublicKeys { get; } = [];

    /// <summary>
    /// The address of an OpenID Connect provider, whose metadata names its keys. Default: none; plain http only for a loopback address.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>
    /// The only algorithm that is accepted. Default: those that fit the keys; HS256 alone for <see cref="Secret"/>. An algorithm that fits no
    /// configured key is refused at the start.
    /// </summary>
    public string Algorithm { get; set; } = "";

    /// <summary>The issuer that tokens have to name. Default: any with static keys, that of the metadata with <see cref="Authority"/>.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The audience that tokens have to name. Default: any; required with <see cref="Authority"/>.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The difference between the clocks of issuer and server that is allowed. Default: 30 s, at most 5 min.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The claim that holds the roles, one or a list. Default: <c>role</c>.</summary>
    public string RoleClaim { get; set; } = "role";

    /// <summary>The claim that binds a token to a client. Default: <c>client_id</c>.</summary>
    public string ClientIdClaim { get; set; } = "client_id";

    /// <summary>The claim that names the principal, and binds a token without <see cref="ClientIdClaim"/>. Default: <c>sub</c>.</summary>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>The claim that holds access to collections, a list of texts like <c>models=write</c>. Default: <c>collections</c>.</summary>
    public string CollectionsClaim { get; set; } = "collections";

    /// <summary>A claim that tokens need to be allowed anything. Default: none.</summary>
    public string CustomClaimKey { get; set; } = "";

    /// <summary>The value of that claim. Default: none; without it the claim is not asked for.</summary>
    public string CustomClaimValue { get; set; } = "";

    internal bool IsConfigured => Secret.Length > 0 || PublicKeys.Count > 0 || Authority.Length > 0;
}

/// <summary>The settings of HTTP Basic.</summary>
public sealed class BasicSettings
{
    /// <summary>The users. Default: none; a token is accepted as the password of any user.</summary>
    public IList<UserSettings> Users { get; } = [];
}

/// <summary>The settings of a user with a password.</summary>
public sealed class UserSettings : PrincipalSettings
{
    /// <summary>The hash of the password, as <c>tributary user hash</c> prints it.</summary>
    public string PasswordHash { get; set; } = "";
}

/// <summary>The settings of client certificates.</summary>
public sealed class CertificatesSettings
{
    /// <summary>The authorities that may issue certificates: each a PEM text, or the path of a file with one. Default: none.</summary>
    public IList<string> Authorities { get; } = [];

    /// <summary>True to ask the authority whether a certificate was revoked. Default: false; a removed entry has the same effect.</summary>
    public bool CheckRevocation { get; set; }

    /// <summary>The certificates that are known. Default: none; one without an entry is refused.</summary>
    public IList<CertificateSettings> Entries { get; } = [];

    internal bool IsConfigured => Authorities.Count > 0;
}

/// <summary>The settings of a client certificate: which one, and whose it is.</summary>
public sealed class CertificateSettings : PrincipalSettings
{
    /// <summary>The subject, as in <c>CN=edge-7</c>. Default: none; then <see cref="Thumbprint"/> is needed.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The SHA-256 of the certificate in hexadecimal. Default: none.</summary>
    public string Thumbprint { get; set; } = "";
}
