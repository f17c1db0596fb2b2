// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>One byte format of parameters. Implementations hold no state and are safe to share.</summary>
public interface IParameterCodec
{
    /// <summary>The name under which configuration and clients ask for the format, lower case.</summary>
    string Name { get; }

    /// <summary>Reads and checks everything but the element values: directory, headers, sizes, limits.</summary>
    /// <param name="source">The bytes; stays open, belongs to the caller, and must outlive the reader.</param>
    /// <param name="limits">What the bytes may claim.</param>
    /// <returns>A reader that knows the layout.</returns>
    /// <exception cref="ParameterFormatException">The bytes are not valid, or claim more than the limits allow.</exception>
    /// <exception cref="IOException">The source cannot be read.</exception>
    ParameterReader Open(ByteSource source, DecodeLimits limits);

    /// <summary>Writes parameters. Deterministic: equal parameters give equal bytes. Reads the parameters once or twice, never the destination.</summary>
    /// <param name="parameters">What to write.</param>
    /// <param name="destination">Where to, forward only; need not be seekable, stays open.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="ArgumentException">The format cannot hold these arrays: a type, a name or their number.</exception>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken);

    /// <summary>How many bytes <see cref="Write"/> makes of parameters of this layout; null when that depends on the values.</summary>
    /// <param name="layout">The arrays to write.</param>
    /// <exception cref="ArgumentException">The format cannot hold these arrays.</exception>
    long? EncodedLength(ParameterLayout layout);
}
