// SPDX-License-Identifier: Apache-2.0
using System.IO.Hashing;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>The bytes of a zip member, checked against the CRC-32 in its directory entry.</summary>
internal sealed class ChecksummedBytes(SequentialBytes inner, uint expected, string name) : SequentialBytes
{
    private readonly Crc32 _crc = new();

    public override void Fill(Span<byte> destination)
    {
        inner.Fill(destination);
        _crc.Append(destination);
    }

    public override void Finish()
    {
        inner.Finish();
        var found = _crc.GetCurrentHashAsUInt32();
        if (found != expected)
        {
            throw new ParameterFormatException(
                ParameterFormatError.ChecksumMismatch, $"Array '{name}' has the CRC-32 {found:x8}; the zip directory says {expected:x8}.");
        }
    }

    protected override void Release() => inner.Dispose();
}
