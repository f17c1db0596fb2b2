// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Raw;

/// <summary>The raw format: little-endian floats alone, read as one vector named "0", written as all arrays in order.</summary>
internal sealed class RawCodec(ElementType type) : IParameterCodec
{
    private const string ArrayName = "0";

    public string Name { get; } = "raw-" + type.WireName;

    public ParameterReader Open(ByteSource source, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(limits);
        if (source.Length % type.Size != 0)
        {
            throw new ParameterFormatException(
                ParameterFormatError.Truncated, $"Array '{ArrayName}' has {source.Length} bytes; expected a multiple of the {type.Size} of a {type.WireName}.");
        }

        return new Reader(source, new EncodedArray(new LayoutLimits(limits).Accept(ArrayName, type, [source.Length / type.Size])));
    }

    public void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        EncodedLength(parameters.Layout);
        using var lease = parameters.Acquire();
        for (var i = 0; i < parameters.Layout.Arrays.Length; i++)
        {
            ParameterBlocks.CopyTo(destination, parameters, i, cancellationToken);
        }
    }

    public long? EncodedLength(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        foreach (var array in layout.Arrays)
        {
            if (array.Type != type)
            {
                throw new ArgumentException($"Array '{array.Name}' is {array.Type.WireName}; {Name} holds {type.WireName} only.", nameof(layout));
            }
        }

        return layout.ElementCount * type.Size;
    }

    private sealed class Reader(ByteSource source, EncodedArray array) : ArrayReader([array])
    {
        protected override SequentialBytes OpenArray(int index) => new StoredBytes(source, 0, ArrayName);
    }
}
