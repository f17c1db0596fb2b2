// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authentication;

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
