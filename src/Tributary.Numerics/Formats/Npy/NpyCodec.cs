// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Npy;

/// <summary>The npy format: one numpy array in a file of its own, named "0".</summary>
internal sealed class NpyCodec : IParameterCodec
{
    private const string ArrayName = "0";

    public string Name => "npy";

    public ParameterReader Open(ByteSource source, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(limits);
        using var bytes = new StoredBytes(source, 0, ArrayName);
        var fields = NpyHeader.Read(bytes, source.Length, ArrayName, limits, out var headerLength);
        var array = fields.Accept(ArrayName, new LayoutLimits(limits));
        ArrayExtent.Require(array.Spec, source.Length - headerLength);
        return new Reader(source, headerLength, array);
    }

    public void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        using var lease = parameters.Acquire();
        destination.Write(NpyHeader.Write(Single(parameters.Layout)));
        ParameterBlocks.CopyTo(destination, parameters, 0, cancellationToken);
    }

    public long? EncodedLength(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var spec = Single(layout);
        return NpyHeader.Write(spec).Length + spec.ByteLength;
    }

    private static ArraySpec Single(ParameterLayout layout) => layout.Arrays is [var spec]
        ? spec
        : throw new ArgumentException($"An npy file holds one array, not {layout.Arrays.Length}; npz holds several.", nameof(layout));

    private sealed class Reader(ByteSource source, long dataOffset, EncodedArray array) : ArrayReader([array])
    {
        protected override SequentialBytes OpenArray(int index) => new StoredBytes(source, dataOffset, ArrayName);
    }
}
