// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Tributary.Core.Identity;
using Tributary.Core.Repository;

namespace Tributary.Hosting.Authentication;

/// <summary>The checks that the settings of all principals share.</summary>
internal static class PrincipalCheck
{
    /// <summary>Returns what is wrong with a digest.</summary>
    public static IEnumerable<string> FindDigestFaults(string setting, string digest)
    {
        if (digest.Length != SHA256.HashSizeInBytes * 2 || !digest.All(char.IsAsciiHexDigit))
        {
            yield return $"{setting} is no SHA-256; expected 64 hexadecimal digits.";
        }
    }

    /// <summary>Returns what is wrong with names and limits.</summary>
    public static IEnumerable<string> FindFaults(PrincipalSettings settings)
    {
        if (settings.Name.Length is 0 or > Principal.MaxNameCharacters || settings.Name.Any(char.IsControl))
        {
            yield return FormattableString.Invariant($"Name has {settings.Name.Length} characters; expected 1 to {Principal.MaxNameCharacters}.");
        }

        if (AuditEntry.Own.Contains(settings.Name, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"Name is '{settings.Name}', which is what the server itself goes by in the audit log; expected another.";
        }

        if (Schemes.Prefixes.FirstOrDefault(prefix => settings.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } prefix)
        {
            yield return $"Name is '{settings.Name}'; expected one that does not begin with '{prefix}', which the server puts before names itself.";
        }

        if (settings.MaxBytes < 0)
        {
            yield return FormattableString.Invariant($"MaxBytes is {settings.MaxBytes}; expected 0 or more.");
        }

        if (settings.MaxFiles < 0)
        {
            yield return FormattableString.Invariant($"MaxFiles is {settings.MaxFiles}; expected 0 or more.");
        }
    }

    /// <summary>Checks each entry of a list, and that its name is its own.</summary>
    public static IEnumerable<string> FindFaults<T>(IList<T> entries, string path, Func<T, IEnumerable<string>> check)
        where T : PrincipalSettings
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var place = FormattableString.Invariant($"{path}:{i}");
            foreach (var error in check(entries[i]))
            {
                yield return $"{place}:{error}";
            }

            if (entries.Take(i).Any(earlier => earlier.Name == entries[i].Name))
            {
                yield return $"{place}:Name is '{entries[i].Name}' as that of another token; expected a name of its own.";
            }
        }
    }
}
