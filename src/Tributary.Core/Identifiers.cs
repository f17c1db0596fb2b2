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

    /// <summary>The text of the id.</summary>
    public string Value { get; }

    /// <summary>Parses <paramref name="text"/>; returns false when it is not a valid id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ModelId id)
    {
        if (!IdentifierText.IsFileSafe(text))
        {
            id = default;
            return false;
        }

        id = new ModelId(text);
        return true;
    }

    /// <summary>Parses a text that is known to be valid, for example one read back from a store.</summary>
    /// <exception cref="FormatException">The text is not a valid id.</exception>
    public static ModelId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no model id; expected {Expected}.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The id of a client: 1 to 256 characters without control characters. It is a key, never a path.</summary>
public readonly record struct ClientId : IComparable<ClientId>
{
    /// <summary>The form of a valid id, for error messages.</summary>
    public const string Expected = "1 to 256 characters without control characters";

    private ClientId(string value) => Value = value;

    /// <summary>The text of the id.</summary>
    public string Value { get; }

    /// <summary>Parses <paramref name="text"/>; returns false when it is not a valid id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClientId id)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 256 || text.Any(char.IsControl))
        {
            id = default;
            return false;
        }

        id = new ClientId(text);
        return true;
    }

    /// <summary>Parses a text that is known to be valid, for example one read back from a store.</summary>
    /// <exception cref="FormatException">The text is not a valid id.</exception>
    public static ClientId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no client id; expected {Expected}.");

    /// <summary>Compares the texts by ordinal value, which gives the canonical order in which updates are folded.</summary>
    public int CompareTo(ClientId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The id of a session, in the same form as the id of a model.</summary>
public readonly record struct SessionId
{
    private SessionId(string value) => Value = value;

    /// <summary>The text of the id.</summary>
    public string Value { get; }

    /// <summary>Parses <paramref name="text"/>; returns false when it is not a valid id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId id)
    {
        if (!IdentifierText.IsFileSafe(text))
        {
            id = default;
            return false;
        }

        id = new SessionId(text);
        return true;
    }

    /// <summary>Parses a text that is known to be valid, for example one read back from a store.</summary>
    /// <exception cref="FormatException">The text is not a valid id.</exception>
    public static SessionId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no session id; expected {ModelId.Expected}.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal static class IdentifierText
{
    internal static bool IsFileSafe([NotNullWhen(true)] string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 128 || !char.IsAsciiLetterOrDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
