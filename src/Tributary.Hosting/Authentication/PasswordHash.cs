// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Authentication;

/// <summary>The hashes of passwords in the format of ASP.NET Core Identity, version 3: PBKDF2 by HMAC-SHA-512.</summary>
public static class PasswordHash
{
    private const int MinIterations = 100_000;
    private const int HeaderBytes = 13;
    private const byte Version3 = 1;

    private static readonly PasswordHasher<object> Hasher = HasherOf(MinIterations);
    private static readonly object User = new();

    /// <summary>Hashes a password.</summary>
    public static string Create(string password) => Hasher.HashPassword(User, password);

    /// <summary>Hashes a password with the iterations, and so at the cost, of another hash.</summary>
    internal static string Create(string password, int iterations) => HasherOf(iterations).HashPassword(User, password);

    /// <summary>Returns the iterations of a hash that can be used.</summary>
    internal static int CountIterations(string hash) => (int)ReadIterations(Convert.FromBase64String(hash));

    internal static bool Verify(string hash, string password) => Hasher.VerifyHashedPassword(User, hash, password) != PasswordVerificationResult.Failed;

    internal static IEnumerable<string> FindFaults(string hash)
    {
        var bytes = new byte[hash.Length];
        if (!Convert.TryFromBase64String(hash, bytes, out var length) || length <= HeaderBytes || bytes[0] != Version3)
        {
            yield return "PasswordHash cannot be used; expected what 'tributary user hash' prints.";
        }
        else if (ReadIterations(bytes) is var iterations and (< MinIterations or > int.MaxValue))
        {
            yield return FormattableString.Invariant($"PasswordHash has {iterations} iterations; expected at least {MinIterations}.");
        }
    }

    private static uint ReadIterations(byte[] hash) => BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5));

    private static PasswordHasher<object> HasherOf(int iterations) =>
        new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
}
