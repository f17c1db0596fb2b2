// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Tributary.Storage.Relational;

/// <summary>
/// Texts without null characters, which databases do not keep: SQLite's binding for .NET cuts long texts at the first, so that two names become
/// one, and PostgreSQL takes none. A character that Unicode reserves for programs stands for them, followed by a digit.
/// </summary>
internal sealed class NullFreeText() : ValueConverter<string, string>(text => Escape(text), text => Unescape(text))
{
    private const char Mark = '\uFDD0';

    private static readonly SearchValues<char> Escaped = SearchValues.Create('\0', Mark);

    public static string Escape(string text) => text.AsSpan().ContainsAny(Escaped)
        ? text.Replace($"{Mark}", $"{Mark}1", StringComparison.Ordinal).Replace("\0", $"{Mark}0", StringComparison.Ordinal)
        : text;

    /// <summary>Only what <see cref="Escape"/> writes is read back; a mark before anything else stands for itself.</summary>
    public static string Unescape(string text) => text.Contains(Mark, StringComparison.Ordinal)
        ? text.Replace($"{Mark}0", "\0", StringComparison.Ordinal).Replace($"{Mark}1", $"{Mark}", StringComparison.Ordinal)
        : text;
}
