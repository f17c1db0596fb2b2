// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.Core.Identity;

/// <summary>The reading of grants, each a collection of the repository with the name of an access level.</summary>
public static class Grants
{
    /// <summary>Returns what is wrong with a grant; null when it can be read.</summary>
    public static string? FindFault(string collection, string? level)
    {
        if (collection != RepositoryCollections.Any && !RepositoryCollections.All.Contains(collection, StringComparer.OrdinalIgnoreCase))
        {
            return $"{collection} is not a collection; expected one of {string.Join(", ", RepositoryCollections.All)}, {RepositoryCollections.Any}.";
        }

        return AccessLevels.TryParse(level, out _) ? null : $"{collection} is '{level}'; expected read, write or admin.";
    }

    /// <summary>Returns the grants that can be read; the others grant nothing.</summary>
    public static IReadOnlyDictionary<string, AccessLevel> Of(IEnumerable<KeyValuePair<string, string>> texts)
    {
        var grants = new Dictionary<string, AccessLevel>(StringComparer.OrdinalIgnoreCase);
        foreach (var (collection, text) in texts)
        {
            if (AccessLevels.TryParse(text, out var level))
            {
                grants[collection] = level;
            }
        }

        return grants;
    }

    /// <summary>Splits texts of the form <c>models=write</c>; a text without '=' has an empty level.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Split(IEnumerable<string> texts) =>
        texts.Select(text => text.Split('=', 2)).Select(parts => KeyValuePair.Create(parts[0], parts.Length > 1 ? parts[1] : ""));
}
