// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core;

/// <summary>The id of a session, in the same form as the id of a model.</summary>
public readonly record struct SessionId
{
    private SessionId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId id)
    {
        id = ModelId.IsValid(text) ? new SessionId(text) : default;
        return id.Value is not null;
    }

    /// <summary>Parses a text that is known to be valid, for example one read back from a store.</summary>
    /// <exception cref="FormatException">The text is not a valid id.</exception>
    public static SessionId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a session id; expected {ModelId.Expected}.");

    public override string ToString() => Value;
}
