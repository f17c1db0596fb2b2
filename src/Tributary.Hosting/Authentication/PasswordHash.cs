// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using Microsoft.AspNetCore.Identity;

namespace Tributary.Hosting.Authentication;

/// <summary>The hashes of passwords in the format of ASP.NET Core Identity, version 3: PBKDF2 by HMAC-SHA-512.</summary>
public static class PasswordHash
{
    private const int MinIterations = 100_000;
    private const int HeaderBytes = 13;
    private const byte Version3 = 1;

    private static readonly PasswordHasher<object> Hasher = new();
    private static readonly object User = new();

    /// <summary>Hashes a password.</summary>
    public static string Create(string password) => Hasher.HashPassword(User, password);

    internal static bool Verify(string hash, string password) => Hasher.VerifyHashedPassword(User, hash, password) != PasswordVerificationResult.Failed;

    internal static IEnumerable<string> FindFaults(string hash)
    {
        var bytes = new byte[hash.Length];
        if (!Convert.TryFromBase64String(hash, bytes, out var length) || length <= HeaderBytes || bytes[0] != Version3)
        {
            yield return "PasswordHash cannot be used; expected what 'tributary user hash' prints.";
        }
        else if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)) is var iterations and (< MinIterations or > int.MaxValue))
        {
            yield return FormattableString.Invariant($"PasswordHash has {iterations} iterations; expected at least {MinIterations}.");
        }
    }
}
