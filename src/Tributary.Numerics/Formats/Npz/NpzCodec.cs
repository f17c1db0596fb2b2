// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>The compression of the members in a written npz file.</summary>
internal enum NpzCompression
{
    Stored,
    Deflated,
}

/// <summary>The npz format: numpy's zip of npy arrays. Array names are member names without <c>.npy</c>, kept exactly.</summary>
internal sealed class NpzCodec(NpzCompression compression) : IParameterCodec
{
    public string Name => "npz";

    public ParameterReader Open(ByteSource source, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(limits);
        return NpzReader.Open(source, limits);
    }

    public void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        using var lease = parameters.Acquire();
        new NpzWriter(destination, compression).Write(parameters, cancellationToken);
    }

    public long? EncodedLength(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return compression == NpzCompression.Stored ? NpzWriter.StoredLength(layout) : null;
    }
}
