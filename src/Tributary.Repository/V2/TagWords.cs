// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.V2;

/// <summary>The syntax of tags and stages: words that need no quoting in a query or a list.</summary>
internal static class TagWords
{
    public const int MaxTags = 50;
    private const int MaxCharacters = 60;

    public static string Expected { get; } = FormattableString.Invariant($"expected 1 to {MaxCharacters} letters, digits or '-', '_', '.', ':'");

    public static bool IsWord(string? text) =>
        text?.Length is > 0 and <= MaxCharacters && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');

    /// <summary>Returns the error in the tags of a document; null when they are valid.</summary>
    public static string? FindFault(IReadOnlyList<string> tags) =>
        tags.Count > MaxTags ? FormattableString.Invariant($"{tags.Count} tags; expected {MaxTags} at most")
        : tags.Distinct(StringComparer.Ordinal).Count() < tags.Count ? "one of them stands twice"
        : tags.All(IsWord) ? null : Expected;
}
