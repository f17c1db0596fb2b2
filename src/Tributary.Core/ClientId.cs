// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core;

/// <summary>The id of a client: 1 to 256 characters without control characters. It is a key, never a path.</summary>
public readonly record struct ClientId : IComparable<ClientId>
{
    /// <summary>The form of a valid id, for error messages.</summary>
    public const string Expected = "1 to 256 characters without control characters";

    private ClientId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out ClientId id)
    {
        id = text is { Length: > 0 and <= 256 } && !text.Any(char.IsControl) ? new ClientId(text) : default;
        return id.Value is not null;
    }

    /// <summary>Parses a text that is known to be valid, for example one read back from a store.</summary>
    /// <exception cref="FormatException">The text is not a valid id.</exception>
    public static ClientId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a client id; expected {Expected}.");

    /// <summary>Compares the texts by ordinal value, which gives the canonical order in which updates are folded.</summary>
    public int CompareTo(ClientId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
