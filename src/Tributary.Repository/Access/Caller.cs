// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.Repository.Access;

/// <summary>The sender of a request and its permissions.</summary>
internal sealed class Caller
{
    private readonly TokenSettings? _token;

    private Caller(string name, TokenSettings? token) => (Name, _token) = (name, token);

    /// <summary>The caller of every request when no tokens are configured.</summary>
    public static Caller Anonymous { get; } = new(AuditEntry.Anonymous, null);

    public string Name { get; }

    /// <summary>The name of the token that owns the caller's uploads; null for an anonymous caller.</summary>
    public string? Owner => _token?.Name;

    public long? MaxBytes => _token?.MaxBytes;

    public long? MaxFiles => _token?.MaxFiles;

    public bool HasQuota => MaxBytes is not null || MaxFiles is not null;

    public static Caller Of(TokenSettings token) => new(token.Name, token);

    public bool May(AccessRole role, string collection) =>
        _token is null
        || ((_token.Roles.TryGetValue(collection, out var said) || _token.Roles.TryGetValue(Collections.Any, out said))
            && AccessRoles.TryParse(said, out var given)
            && given >= role);
}
