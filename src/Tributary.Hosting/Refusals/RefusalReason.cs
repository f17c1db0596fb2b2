// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Refusals;

/// <summary>The reasons for which a request is refused before a role handles it.</summary>
public enum RefusalReason
{
    /// <summary>The request says nothing about its sender.</summary>
    MissingToken,

    /// <summary>The Authorization header begins with a scheme that is not accepted.</summary>
    WrongScheme,

    /// <summary>The token is right, and the time of its expiry has come.</summary>
    ExpiredToken,

    /// <summary>The token, password or certificate is unknown, damaged, revoked, or of an issuer that is not accepted.</summary>
    InvalidToken,

    /// <summary>The principal is known and may not do this.</summary>
    Forbidden,

    /// <summary>The principal has the role of a client and is bound to none.</summary>
    UnboundClient,

    /// <summary>The principal is bound to another client than the request names.</summary>
    ForeignClient,

    /// <summary>A page of another site has sent the request.</summary>
    ForeignOrigin,

    /// <summary>The Host header names a host that is not allowed.</summary>
    UnknownHost,

    /// <summary>The principal or its address has sent too many requests.</summary>
    TooManyRequests,

    /// <summary>The address has sent too many wrong credentials.</summary>
    TooManyFailures,

    /// <summary>The keys of the issuer of tokens could not be fetched, so that no token of it can be checked.</summary>
    IssuerUnavailable,
}
