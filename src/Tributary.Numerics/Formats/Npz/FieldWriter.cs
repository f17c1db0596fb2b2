// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>A writer of consecutive little-endian fields.</summary>
internal ref struct FieldWriter(Span<byte> buffer)
{
    private Span<byte> _rest = buffer;

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_rest, value);
        _rest = _rest[2..];
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_rest, value);
        _rest = _rest[4..];
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_rest, value);
        _rest = _rest[8..];
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_rest);
        _rest = _rest[value.Length..];
    }

    public void Skip(int count) => _rest = _rest[count..];
}
