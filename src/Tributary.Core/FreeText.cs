// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>
/// The treatment of null characters, which databases do not keep: SQLite's binding for .NET cuts long texts at the first one, so that two
/// names become one, and PostgreSQL accepts none. Names, ids and keys with one are refused where they come in; in free text U+FFFD replaces
/// it.
/// </summary>
public static class FreeText
{
    /// <summary>The objection to a name, for error messages: <c>name holds a null character; expected a text without one</c>.</summary>
    public const string NameFault = "holds a null character; expected a text without one";

    /// <summary>The longest name, id or key that is kept.</summary>
    public const int MaxNameCharacters = 1024;

    /// <summary>Returns the objection to a name, a null character or its length, for error messages; null for a good one.</summary>
    public static string? FindNameFault(string? name, int maxCharacters = MaxNameCharacters) =>
        HoldsNull(name) ? NameFault
        : name?.Length > maxCharacters ? FormattableString.Invariant($"has {name.Length} characters; expected at most {maxCharacters}")
        : null;

    /// <summary>Returns the text with U+FFFD in place of each null character.</summary>
    public static string Clean(string text) => text.Replace('\0', '\uFFFD');

    /// <summary>Returns the text, or its beginning followed by <c>…</c> where it is longer than <paramref name="maxCharacters"/>.</summary>
    public static string Cut(string text, int maxCharacters)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = maxCharacters > 0 && text.Length > maxCharacters && char.IsHighSurrogate(text[maxCharacters - 1]) ? maxCharacters - 1 : maxCharacters;
        return text.Length <= maxCharacters ? text : $"{text.AsSpan(0, length)}…";
    }

    /// <summary>Returns the beginning of a text that may have come from outside, in one line, with U+FFFD in place of control characters.</summary>
    public static string Excerpt(string text, int maxCharacters)
    {
        var part = Cut(text, maxCharacters);
        return string.Create(part.Length, part, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
            }
        });
    }

    /// <summary>Returns whether a name holds a null character and therefore must be refused.</summary>
    public static bool HoldsNull(string? name) => name is not null && name.Contains('\0', StringComparison.Ordinal);
}
