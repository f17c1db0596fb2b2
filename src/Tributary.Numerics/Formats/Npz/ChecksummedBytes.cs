// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>The bytes of a zip member with the CRC-32 its directory entry gives.</summary>
internal sealed class ChecksummedBytes(SequentialBytes inner, uint expected, string name) : SequentialBytes
{
    private Crc32 _crc;

    public override void Fill(Span<byte> destination)
    {
        inner.Fill(destination);
        _crc.Append(destination);
    }

    public override void Finish()
    {
        inner.Finish();
        if (_crc.Value != expected)
        {
            throw new ParameterFormatException(
                ParameterFormatError.ChecksumMismatch, $"Array '{name}' has the CRC-32 {_crc.Value:x8}; the zip directory says {expected:x8}.");
        }
    }

    protected override void Release() => inner.Dispose();
}
