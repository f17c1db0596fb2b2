// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The checks that refuse values: non-finite ones where finite values are required, and booleans other than 0 and 1.</summary>
internal static class ValueChecks
{
    public static void Check(ReadOnlySpan<byte> block, ArraySpec spec, long start, DecodeOptions options)
    {
        if (spec.Type == ElementType.Boolean)
        {
            var index = block.IndexOfAnyExcept((byte)0, (byte)1);
            if (index >= 0)
            {
                throw new ParameterFormatException(
                    ParameterFormatError.ValueOutOfRange, $"Array '{spec.Name}', index {start + index}: a boolean is {block[index]}, expected 0 or 1.");
            }
        }

        if (!options.RequireFinite || !spec.Type.IsFloat)
        {
            return;
        }

        var found = spec.Type switch
        {
            ElementType.Float16 => IndexOfAllOnes<ushort>(MemoryMarshal.Cast<byte, ushort>(block), 0x7C00),
            ElementType.BFloat16 => IndexOfAllOnes<ushort>(MemoryMarshal.Cast<byte, ushort>(block), 0x7F80),
            ElementType.Float32 => IndexOfAllOnes<uint>(MemoryMarshal.Cast<byte, uint>(block), 0x7F80_0000),
            _ => IndexOfAllOnes<ulong>(MemoryMarshal.Cast<byte, ulong>(block), 0x7FF0_0000_0000_0000),
        };
        if (found >= 0)
        {
            throw NotFinite(spec.Name, start + found);
        }
    }

    public static ParameterFormatException NotFinite(string name, long index) =>
        new(ParameterFormatError.NotFinite, $"Array '{name}', index {index}: NaN or an infinity where a finite value is required.");

    // A value is not finite when all bits of its exponent are ones.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfAllOnes<T>(ReadOnlySpan<T> values, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(values[i..]) & mask, mask))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }
}
