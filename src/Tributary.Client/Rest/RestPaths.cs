// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Rest;

internal static class RestPaths
{
    /// <summary>Returns the path of a collection, filtered by the equalities that have a value.</summary>
    public static string List(string collection, params ReadOnlySpan<(string Name, string? Value)> filters)
    {
        var path = $"{collection}/";
        foreach (var (name, value) in filters)
        {
            if (value is not null)
            {
                path += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";
            }
        }

        return path;
    }

    /// <summary>Returns the path of one item of a collection, by its id or the parts of its key.</summary>
    public static string One(string collection, params ReadOnlySpan<string> ids)
    {
        var path = collection;
        foreach (var id in ids)
        {
            ArgumentException.ThrowIfNullOrEmpty(id);
            if (id is "." or "..")
            {
                // These segments lead to another path, escaped or not.
                throw new ArgumentException($"'{id}' is no id.", nameof(ids));
            }

            path += $"/{Uri.EscapeDataString(id)}";
        }

        return path;
    }
}
