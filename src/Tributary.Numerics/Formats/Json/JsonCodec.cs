// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Json;

/// <summary>
/// The JSON format: a list with one number or nested list per array, named "0", "1" and so on. All numbers are read as float64, rounded to
/// nearest; <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> are read and written as Python does. Finite float64 values survive exactly.
/// </summary>
internal sealed class JsonCodec : IParameterCodec
{
    public string Name => "json";

    public ParameterReader Open(ByteSource source, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(limits);
        return new Reader(source, limits, ReadShapes(source, limits));
    }

    public void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        EncodedLength(parameters.Layout);
        using var lease = parameters.Acquire();
        using var writer = new JsonArrayWriter(destination);
        writer.Write(parameters, cancellationToken);
    }

    public long? EncodedLength(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        for (var i = 0; i < layout.Arrays.Length; i++)
        {
            var array = layout.Arrays[i];
            if (array.Name != NameOf(i))
            {
                throw new ArgumentException($"Array {i} is named '{array.Name}'; JSON lists have no names, expected '{i}'.", nameof(layout));
            }

            if (array.Shape.IndexOf(0) is >= 0 and var zero && zero < array.Shape.Length - 1)
            {
                throw new ArgumentException(
                    $"Array '{array.Name}' has the shape {ArraySpec.ShapeText(array.Shape)}; an empty JSON list hides the dimensions inside.", nameof(layout));
            }
        }

        return null;
    }

    private static string NameOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static ImmutableArray<EncodedArray> ReadShapes(ByteSource source, DecodeLimits limits)
    {
        using var scanner = new JsonScanner(source, limits);
        var accepted = new LayoutLimits(limits);
        var arrays = ImmutableArray.CreateBuilder<EncodedArray>();
        scanner.Read();
        for (var item = scanner.Read(); scanner.Depth > 0; item = scanner.Read())
        {
            var name = NameOf(arrays.Count);
            var shape = new JsonShape(name, limits.MaxRank);
            ReadShape(scanner, item, shape);
            arrays.Add(new EncodedArray(accepted.Accept(name, ElementType.Float64, shape.ToImmutable()), BigEndian: !BitConverter.IsLittleEndian));
        }

        scanner.Read();
        return arrays.ToImmutable();
    }

    // The outermost list is open: an array's own lists start at depth 1.
    private static void ReadShape(JsonScanner scanner, JsonItem item, JsonShape shape)
    {
        while (true)
        {
            switch (item)
            {
                case JsonItem.Open: shape.Open(scanner.Depth - 2); break;
                case JsonItem.Close: shape.Close(scanner.Depth - 1); break;
                default: shape.Number(scanner.Depth - 1); break;
            }

            if (scanner.Depth == 1)
            {
                return;
            }

            item = scanner.Read();
        }
    }

    private sealed class Reader(ByteSource source, DecodeLimits limits, ImmutableArray<EncodedArray> arrays) : ParameterReader
    {
        public override ParameterLayout Layout { get; } = new([.. arrays.Select(array => array.Spec)]);

        public override void ReadInto(ParameterSet destination, DecodeOptions options, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(options);
            RequireLayout(destination);
            using var lease = destination.Acquire();
            using var numbers = new Numbers(new JsonScanner(source, limits));
            foreach (var array in arrays)
            {
                ArrayDecoder.Decode(numbers, array, destination, destination.Layout.IndexOf(array.Spec.Name), options, cancellationToken);
            }
        }
    }

    /// <summary>The numbers of the text in order, at any depth of lists: the shapes are already known.</summary>
    private sealed class Numbers(JsonScanner scanner) : SequentialBytes
    {
        public override void Fill(Span<byte> destination)
        {
            foreach (ref var value in MemoryMarshal.Cast<byte, double>(destination))
            {
                JsonItem item;
                do
                {
                    item = scanner.Read();
                }
                while (item is JsonItem.Open or JsonItem.Close);

                value = item == JsonItem.Number
                    ? scanner.Number
                    : throw new ParameterFormatException(ParameterFormatError.Truncated, "The JSON text changed while it was read.");
            }
        }

        protected override void Release() => scanner.Dispose();
    }
}
