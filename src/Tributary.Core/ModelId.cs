// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core;

/// <summary>The id of a model or a client's update: 1 to 128 letters, digits, '-', '_' or '.', beginning with a letter or digit.</summary>
/// <remarks>An id of this form is safe as a file name and as an object key: it has no separator and cannot be "." or "..".</remarks>
public readonly record struct ModelId
{
    /// <summary>The form of a valid id, for error messages.</summary>
    public const string Expected = "1 to 128 letters, digits, '-', '_' or '.', beginning with a letter or digit";

    private ModelId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out ModelId id)
    {
        id = IsValid(text) ? new ModelId(text) : default;
        return id.Value is not null;
    }

    /// <summary>Parses a text that is known to be valid, for example one read back from a store.</summary>
    /// <exception cref="FormatException">The text is not a valid id.</exception>
    public static ModelId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a model id; expected {Expected}.");

    public override string ToString() => Value;

    internal static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= 128 } && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
