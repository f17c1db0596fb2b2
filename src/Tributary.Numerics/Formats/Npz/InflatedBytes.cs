// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>The inflated bytes of a deflated zip member.</summary>
internal sealed class InflatedBytes(Stream content, string name, long length) : SequentialBytes
{
    public override void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = Inflate(destination);
            if (count == 0)
            {
                throw new ParameterFormatException(
                    ParameterFormatError.Truncated, $"Array '{name}' inflates to fewer than the {length} bytes its directory entry gives.");
            }

            destination = destination[count..];
        }
    }

    public override void Finish()
    {
        Span<byte> one = stackalloc byte[1];
        if (Inflate(one) != 0)
        {
            throw new ParameterFormatException(
                ParameterFormatError.Malformed, $"Array '{name}' inflates to more than the {length} bytes its directory entry gives.");
        }
    }

    protected override void Release() => content.Dispose();

    private int Inflate(Span<byte> destination)
    {
        try
        {
            return content.Read(destination);
        }
        catch (InvalidDataException exception)
        {
            throw new ParameterFormatException(ParameterFormatError.Malformed, $"Array '{name}' is not deflated data: {exception.Message}");
        }
    }
}
