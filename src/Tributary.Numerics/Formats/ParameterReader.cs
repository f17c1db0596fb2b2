// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>Encoded parameters whose structure is known and whose values are still to be read. For use by one thread at a time.</summary>
public abstract class ParameterReader : IDisposable
{
    /// <summary>The arrays in the order of the format.</summary>
    public abstract ParameterLayout Layout { get; }

    /// <summary>
    /// Reads all values into the arrays of the same name, normalising byte order and column-major order. Where the destination declares
    /// another type than the bytes (see <see cref="ParameterLayout.DescribeDifference"/>), integers are rounded to the nearest float64,
    /// ties to even, and float64 becomes an integer only when it is whole and in range. May be called again.
    /// </summary>
    /// <param name="destination">
    /// Writable arrays with the names, shapes and accepted types of <see cref="Layout"/>; unspecified after a failure.
    /// </param>
    /// <param name="options">The value checks and the degree of parallelism.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ParameterFormatException">
    /// The layouts differ, the bytes are damaged, or a value is refused; the message names array and index.
    /// </exception>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public abstract void ReadInto(ParameterSet destination, DecodeOptions options, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the resources of the reader; the source stays open.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private protected void RequireLayout(ParameterSet destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Layout.DescribeDifference(Layout) is { } difference)
        {
            throw new ParameterFormatException(ParameterFormatError.LayoutMismatch, difference);
        }
    }
}
