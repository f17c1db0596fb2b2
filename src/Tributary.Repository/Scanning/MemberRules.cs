// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats.Zip;

namespace Tributary.Repository.Scanning;

/// <summary>The rules by which a member of an archive is harmful whatever its content.</summary>
internal static class MemberRules
{
    /// <summary>The compression ratio beyond which a member counts as expanding. Deflate reaches 1032, for data that are nothing but repetition.</summary>
    public const int MaxRatio = 200;

    private const int MaxNameCharacters = 100;

    private const int UnixTypeMask = 0xF000;
    private const int UnixLink = 0xA000;

    private static readonly string[] ArchiveNames = [".zip", ".npz", ".whl", ".egg", ".keras"];

    /// <param name="entry">The member.</param>
    /// <param name="name">The name of the member in messages.</param>
    public static IEnumerable<string> Judge(ZipEntry entry, string name)
    {
        if (LeadsOut(entry.Name))
        {
            yield return $"{name} leads out of the folder that the archive is unpacked to";
        }

        if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLink)
        {
            yield return $"{name} is a link";
        }

        if (entry.IsEncrypted)
        {
            yield return $"{name} is encrypted";
        }
    }

    /// <summary>Returns true for a member that inflates to more than <see cref="MaxRatio"/> times its length in the archive.</summary>
    public static bool Expands(ZipEntry entry) => entry.Length / MaxRatio > entry.CompressedLength;

    public static bool IsNamedPickle(string? path) =>
        path is not null && (path.EndsWith(".pkl", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".pickle", StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns true for the name of an archive, which readers look for at the end of the file, whatever precedes it.</summary>
    public static bool IsNamedArchive(string path) => ArchiveNames.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    public static string Quote(string path) => $"'{Shorten(path)}'";

    public static string Shorten(string path) => path.Length > MaxNameCharacters ? path[..MaxNameCharacters] : path;

    /// <summary>
    /// Returns true for an absolute path, and for one that goes up beyond its root, whether a backslash separates as on Windows or belongs to a
    /// name as elsewhere.
    /// </summary>
    private static bool LeadsOut(string path) =>
        path is ['/' or '\\', ..] or [_, ':', ..] || GoesUp(path.Split('/')) || GoesUp(path.Split('/', '\\'));

    private static bool GoesUp(string[] parts)
    {
        var depth = 0;
        foreach (var part in parts)
        {
            // Windows ignores spaces at the end of a name.
            depth += part.TrimEnd(' ') switch
            {
                "" or "." => 0,
                ".." => -1,
                _ => 1,
            };
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }
}
