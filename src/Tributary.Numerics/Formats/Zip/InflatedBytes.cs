// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>The inflated bytes of a deflated zip member.</summary>
internal sealed class InflatedBytes(ByteSource source, ZipMember member) : SequentialBytes
{
    private readonly DeflateStream _inflater = new(new SourceStream(source, member.DataOffset, member.CompressedLength), CompressionMode.Decompress);

    public override void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = Inflate(destination);
            if (count == 0)
            {
                throw new ParameterFormatException(
                    ParameterFormatError.Truncated, $"Array '{member.Name}' inflates to fewer than the {member.Length} bytes its directory entry gives.");
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
                ParameterFormatError.Malformed, $"Array '{member.Name}' inflates to more than the {member.Length} bytes its directory entry gives.");
        }
    }

    protected override void Release() => _inflater.Dispose();

    private int Inflate(Span<byte> destination)
    {
        try
        {
            return _inflater.Read(destination);
        }
        catch (InvalidDataException exception)
        {
            throw new ParameterFormatException(ParameterFormatError.Malformed, $"Array '{member.Name}' is not deflated data: {exception.Message}");
        }
    }
}
