// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Formats;

/// <summary>
/// The CRC-32 of zip (reflected polynomial 0xEDB88320), by carry-less multiplication where the processor has it, by sixteen tables otherwise.
/// </summary>
internal struct Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Process = 16;

    private static readonly uint[] Tables = MakeTables();

    private uint _inverted;

    public readonly uint Value => _inverted;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = default(Crc32);
        crc.Append(bytes);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var register = ~_inverted;
        if (Pclmulqdq.IsSupported && bytes.Length >= 8 * Process)
        {
            register = Fold(register, ref bytes);
        }

        _inverted = ~AppendByTables(register, bytes);
    }

    internal static uint AppendByTables(uint register, ReadOnlySpan<byte> bytes)
    {
        ref var tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        while (bytes.Length >= Process)
        {
            // The sixteen indexes are bytes plus a multiple of 256 below 4096, the length of the tables.
            var a = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ register;
            var b = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            var c = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            var d = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
            register = Word(ref tables, 12, a) ^ Word(ref tables, 8, b) ^ Word(ref tables, 4, c) ^ Word(ref tables, 0, d);
            bytes = bytes[Process..];
        }

        foreach (var value in bytes)
        {
            register = Tables[(byte)(register ^ value)] ^ (register >> 8);
        }

        return register;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(ref uint tables, int table, uint word) =>
        Unsafe.Add(ref tables, ((table + 3) * 256) + (byte)word)
        ^ Unsafe.Add(ref tables, ((table + 2) * 256) + (byte)(word >> 8))
        ^ Unsafe.Add(ref tables, ((table + 1) * 256) + (byte)(word >> 16))
        ^ Unsafe.Add(ref tables, (table * 256) + (byte)(word >> 24));

    // Folds all whole 64-byte blocks into 16 bytes with the same remainder, and takes the remainder of those by tables. The constants are
    // x^(512±32) and x^(128±32) mod P, reflected.
    private static uint Fold(uint register, ref ReadOnlySpan<byte> bytes)
    {
        var by64 = Vector128.Create(0x0000000154442BD4, 0x00000001C6E41596);
        var by16 = Vector128.Create(0x00000001751997D0, 0x00000000CCAA009E);
        var blocks = MemoryMarshal.Cast<byte, Vector128<long>>(bytes);
        var a = blocks[0] ^ Vector128.CreateScalar(register).AsInt64();
        var b = blocks[1];
        var c = blocks[2];
        var d = blocks[3];
        var i = 4;
        for (; i <= blocks.Length - 4; i += 4)
        {
            a = Shift(a, by64) ^ blocks[i];
            b = Shift(b, by64) ^ blocks[i + 1];
            c = Shift(c, by64) ^ blocks[i + 2];
            d = Shift(d, by64) ^ blocks[i + 3];
        }

        b ^= Shift(a, by16);
        c ^= Shift(b, by16);
        d ^= Shift(c, by16);
        bytes = bytes[(i * Process)..];
        return AppendByTables(0, MemoryMarshal.AsBytes(new ReadOnlySpan<Vector128<long>>(in d)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<long> Shift(Vector128<long> value, Vector128<long> by) =>
        Pclmulqdq.CarrylessMultiply(value, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, by, 0x11);

    private static uint[] MakeTables()
    {
        var tables = new uint[Process * 256];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ (Polynomial & (0 - (value & 1)));
            }

            tables[i] = value;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        }

        return tables;
    }
}
