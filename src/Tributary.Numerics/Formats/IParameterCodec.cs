// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>A byte format of parameters. Implementations hold no state and are safe to share.</summary>
public interface IParameterCodec
{
    /// <summary>The lower-case name under which configuration and clients ask for the format.</summary>
    string Name { get; }

    /// <summary>Reads and checks everything except the element values: directory, headers, sizes, limits.</summary>
    /// <param name="source">The bytes; the source belongs to the caller, stays open and must outlive the reader.</param>
    /// <param name="limits">The limits on what the bytes may claim.</param>
    /// <returns>A reader that knows the layout.</returns>
    /// <exception cref="ParameterFormatException">The bytes are not valid, or claim more than the limits allow.</exception>
    /// <exception cref="IOException">The source cannot be read.</exception>
    ParameterReader Open(ByteSource source, DecodeLimits limits);

    /// <summary>Writes parameters: equal parameters give equal bytes. They are read once or twice, the destination never.</summary>
    /// <param name="parameters">The parameters to write.</param>
    /// <param name="destination">The stream to write to, forward only; it need not be seekable and stays open.</param>
    /// <param name="cancellationToken">Cancels between two blocks; the destination keeps what was written.</param>
    /// <exception cref="ArgumentException">The format cannot hold these arrays: a type, a name or their number.</exception>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken);

    /// <summary>Returns the number of bytes that <see cref="Write"/> makes of a layout, or null when it depends on the values.</summary>
    /// <param name="layout">The arrays to write.</param>
    /// <exception cref="ArgumentException">The format cannot hold these arrays.</exception>
    long? EncodedLength(ParameterLayout layout);
}
