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

/// <summary>A text: its location as UTF-8, unless spelled with quotes or escapes, and its value unless it is long or has escapes.</summary>
internal sealed record PickleText(string? Value, long Offset, long Length, bool IsEscaped = false) : PickleValue;

/// <summary>A byte string: its location, unless it is spelled as text in which each character is one byte.</summary>
internal sealed record PickleBytes(long Offset, long Length, bool IsText = false) : PickleValue;

internal sealed record PickleTuple(PickleValue[] Items) : PickleValue;

internal sealed record PickleList(List<PickleValue> Items) : PickleValue;

internal sealed record PickleGlobal(string Module, string Name) : PickleValue
{
    public override string ToString() => $"{Module}.{Name}";
}
