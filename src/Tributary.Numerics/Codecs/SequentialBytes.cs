// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics;

/// <summary>The bytes of one array in the order of the file.</summary>
internal abstract class SequentialBytes : IDisposable
{
    /// <summary>Fills the whole span.</summary>
    /// <exception cref="ParameterFormatException">The bytes end before, or are damaged.</exception>
    public abstract void Fill(Span<byte> destination);

    public void Skip(int count)
    {
        Span<byte> skipped = stackalloc byte[256];
        for (; count > 0; count -= Math.Min(count, skipped.Length))
        {
            Fill(skipped[..Math.Min(count, skipped.Length)]);
        }
    }

    /// <summary>Checks, after the last byte that is wanted, that nothing follows and that the checksum holds.</summary>
    public virtual void Finish()
    {
    }

    public void Dispose() => Release();

    protected virtual void Release()
    {
    }
}

/// <summary>A range of a source, as it is.</summary>
internal sealed class StoredBytes(ByteSource source, long offset, string name) : SequentialBytes
{
    private long _position = offset;

    public override void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = source.Read(_position, destination);
            if (count <= 0)
            {
                throw new ParameterFormatException(
                    ParameterFormatError.Truncated, $"Array '{name}' ends at byte {_position} of the file; {destination.Length} more bytes were expected.");
            }

            _position += count;
            destination = destination[count..];
        }
    }
}
