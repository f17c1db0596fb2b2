// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;

namespace Tributary.Hosting;

/// <summary>The check for settings of a configuration section that no options read, which binding would silently ignore.</summary>
public static class SettingNames
{
    /// <summary>Returns one sentence for each setting that no options read.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The type of the options: properties, lists and dictionaries of text, down to single values.</param>
    /// <param name="others">The subsections that other options read, with the types of these.</param>
    public static IEnumerable<string> FindFaults(IConfigurationSection section, Type options, IReadOnlyDictionary<string, Type> others)
    {
        var known = options.GetProperties().Where(p => !p.GetMethod!.IsStatic).ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out var type) && !others.TryGetValue(child.Key, out type))
            {
                yield return $"{child.Path} is no setting; expected {string.Join(", ", known.Keys.Concat(others.Keys).Order(StringComparer.Ordinal))}.";
                continue;
            }

            foreach (var fault in FindFaults(child, type))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> FindFaults(IConfigurationSection section, Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() is { } shape && (shape == typeof(IList<>) || shape == typeof(IDictionary<,>)))
        {
            return section.GetChildren().SelectMany(item => FindFaults(item, type.GetGenericArguments()[^1]));
        }

        if (type.IsClass && type != typeof(string))
        {
            return FindFaults(section, type, new Dictionary<string, Type>());
        }

        return section.GetChildren().Any() ? [$"{section.Path} has settings below it; expected one value."] : [];
    }
}
