// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>
/// The machine that finds the arrays in a pickled list of numpy arrays. A handful of names is known, each with one meaning that is spelled
/// out here; every other import refuses the pickle.
/// </summary>
internal sealed class PickledArrays(ByteSource source) : PickleMachine(new PickleTokens(source))
{
    /// <summary>The known names, without the module's prefix that changed between the versions of numpy.</summary>
    private const string Reconstruct = "multiarray._reconstruct";
    private const string FromBuffer = "numeric._frombuffer";
    private const string ArrayClass = "numpy.ndarray";
    private const string TypeClass = "numpy.dtype";
    private const string Encode = "_codecs.encode";

    /// <summary>An array in the pickle: the type, order and location of its elements.</summary>
    public sealed record Found(ElementType Type, bool BigEndian, bool ColumnMajor, ImmutableArray<long> Shape, PickleBytes Bytes);

    /// <summary>Returns the arrays in order.</summary>
    /// <exception cref="ParameterFormatException">The pickle is something other than a list or tuple of arrays.</exception>
    public IReadOnlyList<Found> Find()
    {
        IReadOnlyList<PickleValue> items = Run() switch
        {
            PickleList list => list.Items,
            PickleTuple tuple => tuple.Items,
            _ => throw Refused("it holds something else than a list of arrays"),
        };
        if (Left > 0)
        {
            throw Refused($"{Left} bytes follow it");
        }

        return [.. items.Select((item, i) => item is ArrayValue { Found: { } found }
            ? found
            : throw Refused($"item {i} of its list is no array; expected arrays only"))];
    }

    protected override PickleValue Import(string module, string name)
    {
        var import = $"{module}.{name}";
        foreach (var prefix in (ReadOnlySpan<string>)["numpy.core.", "numpy._core."])
        {
            import = import.StartsWith(prefix, StringComparison.Ordinal) ? import[prefix.Length..] : import;
        }

        return import is Reconstruct or FromBuffer or ArrayClass or TypeClass or Encode
            ? new PickleGlobal("", import)
            : throw Refused($"it imports {module}.{name}, which weights do not need");
    }

    protected override PickleValue ImportUnnamed(string what) => throw Refused($"it imports {what}");

    protected override PickleValue Call(PickleValue callable, PickleValue arguments)
    {
        var name = (callable as PickleGlobal)?.Name;
        return (name, (arguments as PickleTuple)?.Items) switch
        {
            (Reconstruct, [PickleGlobal { Name: ArrayClass }, ..]) => new ArrayValue(),
            (TypeClass, [PickleText { Value: { } descriptor }, ..]) => new TypeValue(ParseType(descriptor)),
            (Encode, [PickleText { Spelling: not PickleSpelling.Quoted } text, PickleText { Value: "latin1" or "latin-1" }]) =>
                new PickleBytes(text.Offset, text.Length, text.Spelling),
            (FromBuffer, [PickleBytes bytes, TypeValue type, PickleTuple shape, PickleText { Value: "C" or "F" } order]) =>
                new ArrayValue { Found = new Found(type.Type, type.BigEndian, order.Value == "F", Shape(shape), bytes) },
            _ => throw Refused($"it calls {name ?? "an object"} in a way that weights do not need"),
        };
    }

    protected override PickleValue SetState(PickleValue target, PickleValue state)
    {
        // In place, as in Python: the value in the memo changes with it.
        switch (target, (state as PickleTuple)?.Items)
        {
            // '|' stands for elements of one byte, '=' for the order of the machine.
            case (TypeValue type, [PickleNumber, PickleText { Value: "<" or ">" or "|" or "=" } order, PickleNone, ..]):
                type.BigEndian = order.Value == ">";
                break;
            case (ArrayValue { Found: null } array, [PickleNumber { Value: 1 }, PickleTuple shape, TypeValue type, PickleNumber columnMajor, PickleBytes bytes]):
                array.Found = new Found(type.Type, type.BigEndian, columnMajor.Value != 0, Shape(shape), bytes);
                break;
            default:
                throw Refused("it gives an object a state that arrays do not have");
        }

        return target;
    }

    private static ElementType ParseType(string descriptor) => ElementTypeExtensions.FindNumpyType(descriptor)
        ?? throw new ParameterFormatException(
            ParameterFormatError.UnsupportedType, $"The pickle has an array of the dtype '{descriptor}'; expected b1, f2, f4, f8, or i1 to u8.");

    private static ImmutableArray<long> Shape(PickleTuple shape) =>
        [.. shape.Items.Select(d => d is PickleNumber number ? number.Value : throw Refused("an array has a dimension that is no number"))];

    private static ParameterFormatException Refused(string why) =>
        new(ParameterFormatError.Unsupported, $"The pickle is not taken for weights: {why}.");

    private sealed record TypeValue(ElementType Type) : PickleValue
    {
        public bool BigEndian { get; set; }
    }

    private sealed record ArrayValue : PickleValue
    {
        public Found? Found { get; set; }
    }
}
