// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;

namespace Tributary.Hosting.Authentication;

/// <summary>The users of the settings and their passwords.</summary>
internal sealed class UserPasswords(IOptions<AuthenticationOptions> options)
{
    // The passwords of unknown users are compared with it, as slowly as those of known ones, so that timing does not tell which users exist.
    private readonly Lazy<string> _noUser = new(() => PasswordHash.Create(
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), options.Value.Basic.Users.Max(user => PasswordHash.CountIterations(user.PasswordHash))));

    private readonly FrozenDictionary<string, (string Hash, Principal Principal)> _users = options.Value.Basic.Users
        .ToFrozenDictionary(u => u.Name, u => (u.PasswordHash, u.ToPrincipal(Schemes.UserPrefix)), StringComparer.Ordinal);

    // A hash takes some 50 ms by design. What was right once is recognised by a keyed digest; there is at most one for each user.
    private readonly ConcurrentDictionary<string, byte[]> _verified = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>True when at least one user is known.</summary>
    public bool Exist => _users.Count > 0;

    /// <summary>Returns the principal whose password was verified before; null when it has to be verified.</summary>
    public Principal? Recall(string user, string password) =>
        _users.TryGetValue(user, out var known) && _verified.TryGetValue(user, out var digest) && CryptographicOperations.FixedTimeEquals(digest, Digest(password))
            ? known.Principal
            : null;

    /// <summary>Returns the principal of a user whose password is right; null otherwise. It takes some 50 ms by design.</summary>
    public Principal? Verify(string user, string password)
    {
        var isKnown = _users.TryGetValue(user, out var known);
        if (!PasswordHash.Verify(isKnown ? known.Hash : _noUser.Value, password) || !isKnown)
        {
            return null;
        }

        _verified[user] = Digest(password);
        return known.Principal;
    }

    private byte[] Digest(string password) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password));
}
