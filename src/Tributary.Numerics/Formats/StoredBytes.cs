// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats;

/// <summary>A range of a source, read unchanged.</summary>
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
