// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats.Pickle;

/// <summary>A value on the stack of a pickle: a description, never an object of its program.</summary>
internal abstract record PickleValue
{
    /// <summary>A value that is never inspected: a float, dictionary, set or object.</summary>
    public static PickleValue Opaque { get; } = new PickleOpaque();

    public static PickleValue None { get; } = new PickleNone();
}

internal sealed record PickleOpaque : PickleValue;

internal sealed record PickleNone : PickleValue;

internal sealed record PickleNumber(long Value) : PickleValue;

/// <summary>The ways in which a pickle spells text, and bytes as text with one character for each.</summary>
internal enum PickleSpelling
{
    /// <summary>Bytes as they are.</summary>
    Bytes,

    /// <summary>Text as UTF-8.</summary>
    Utf8,

    /// <summary>A line of Latin-1, with other characters, and those that a line cannot hold, as <c>\u</c> and four digits.</summary>
    Escaped,

    /// <summary>A text in quotes, as Python 2 spells it.</summary>
    Quoted,
}

/// <summary>A text: its location, and its value unless it is long or has escapes.</summary>
internal sealed record PickleText(string? Value, long Offset, long Length, PickleSpelling Spelling = PickleSpelling.Utf8) : PickleValue;

/// <summary>A byte string: its location, and the spelling of the bytes there.</summary>
internal sealed record PickleBytes(long Offset, long Length, PickleSpelling Spelling = PickleSpelling.Bytes) : PickleValue;

internal sealed record PickleTuple(PickleValue[] Items) : PickleValue;

internal sealed record PickleList(List<PickleValue> Items) : PickleValue;

internal sealed record PickleGlobal(string Module, string Name) : PickleValue
{
    public override string ToString() => $"{Module}.{Name}";
}
