// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The conversions between element types: any type to float64, and float64 to integers and booleans (exact or refused).</summary>
internal static class ElementConversion
{
    public static void Convert(ArraySpec source, ReadOnlySpan<byte> from, ElementType target, Span<byte> to, long start)
    {
        if (target == ElementType.Float64)
        {
            Widening.Widen(source.Type, from, MemoryMarshal.Cast<byte, double>(to));
            return;
        }

        var values = MemoryMarshal.Cast<byte, double>(from);
        switch (target)
        {
            case ElementType.Boolean: Narrow(source, values, to, start, 0, 1); break;
            case ElementType.Int8: Narrow(source, values, MemoryMarshal.Cast<byte, sbyte>(to), start, sbyte.MinValue, sbyte.MaxValue); break;
            case ElementType.UInt8: Narrow(source, values, to, start, byte.MinValue, byte.MaxValue); break;
            case ElementType.Int16: Narrow(source, values, MemoryMarshal.Cast<byte, short>(to), start, short.MinValue, short.MaxValue); break;
            case ElementType.UInt16: Narrow(source, values, MemoryMarshal.Cast<byte, ushort>(to), start, ushort.MinValue, ushort.MaxValue); break;
            case ElementType.Int32: Narrow(source, values, MemoryMarshal.Cast<byte, int>(to), start, int.MinValue, int.MaxValue); break;
            case ElementType.UInt32: Narrow(source, values, MemoryMarshal.Cast<byte, uint>(to), start, uint.MinValue, uint.MaxValue); break;
            case ElementType.Int64: Narrow(source, values, MemoryMarshal.Cast<byte, long>(to), start, long.MinValue, LargestInt64); break;
            case ElementType.UInt64: Narrow(source, values, MemoryMarshal.Cast<byte, ulong>(to), start, ulong.MinValue, LargestUInt64); break;
            default: throw new UnreachableException();
        }
    }

    // The largest float64 below 2^63 and 2^64: the maxima of the integer types round up to values that no longer fit.
    private static double LargestInt64 => Math.BitDecrement(9223372036854775808.0);

    private static double LargestUInt64 => Math.BitDecrement(18446744073709551616.0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow<T>(ArraySpec source, ReadOnlySpan<double> from, Span<T> to, long start, double smallest, double largest)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < from.Length; i++)
        {
            var value = from[i];

            // False for NaN too.
            if (!(value >= smallest && value <= largest && Math.Truncate(value) == value))
            {
                throw new ParameterFormatException(
                    ParameterFormatError.ValueOutOfRange,
                    FormattableString.Invariant($"Array '{source.Name}', index {start + i}: {value:R} is not a whole number from {smallest:R} to {largest:R}."));
            }

            to[i] = T.CreateTruncating(value);
        }
    }
}
