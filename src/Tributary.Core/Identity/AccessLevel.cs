// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core.Identity;

/// <summary>The access that a principal can have to a collection of the repository; each level includes those before it.</summary>
public enum AccessLevel
{
    /// <summary>No access.</summary>
    None = 0,

    /// <summary>Access to list and download.</summary>
    Read = 1,

    /// <summary>Access to add, replace and tag.</summary>
    Write = 2,

    /// <summary>Access to remove, and to set stages.</summary>
    Admin = 3,
}

/// <summary>The spelling of access levels in settings, claims and stores.</summary>
public static class AccessLevels
{
    /// <summary>Reads <c>read</c>, <c>write</c> or <c>admin</c>; returns false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AccessLevel level)
    {
        level = text?.ToUpperInvariant() switch
        {
            "READ" => AccessLevel.Read,
            "WRITE" => AccessLevel.Write,
            "ADMIN" => AccessLevel.Admin,
            _ => AccessLevel.None,
        };
        return level != AccessLevel.None;
    }

    /// <summary>Returns the spelling of a level.</summary>
    public static string ToText(this AccessLevel level) => level.ToString().ToLowerInvariant();
}
