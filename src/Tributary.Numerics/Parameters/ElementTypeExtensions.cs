// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Parameters;

/// <summary>The sizes and names of element types.</summary>
public static class ElementTypeExtensions
{
    /// <summary>The properties of one element type.</summary>
    /// <param name="type">A defined element type; the members throw <see cref="ArgumentOutOfRangeException"/> for any other value.</param>
    extension(ElementType type)
    {
        /// <summary>The number of bytes per element: 1, 2, 4 or 8.</summary>
        public int Size => type switch
        {
            ElementType.Boolean or ElementType.Int8 or ElementType.UInt8 => 1,
            ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => 2,
            ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
            ElementType.Int64 or ElementType.UInt64 or ElementType.Float64 => 8,
            _ => throw Undefined(type),
        };

        /// <summary>True for the four floating-point types; false for integers and booleans.</summary>
        public bool IsFloat => type is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32 or ElementType.Float64;

        /// <summary>The lower-case name used in messages and documents, for example <c>float32</c>; <c>bool</c> for booleans.</summary>
        public string WireName => type switch
        {
            ElementType.Boolean => "bool",
            ElementType.Int8 => "int8",
            ElementType.UInt8 => "uint8",
            ElementType.Int16 => "int16",
            ElementType.UInt16 => "uint16",
            ElementType.Int32 => "int32",
            ElementType.UInt32 => "uint32",
            ElementType.Int64 => "int64",
            ElementType.UInt64 => "uint64",
            ElementType.Float16 => "float16",
            ElementType.BFloat16 => "bfloat16",
            ElementType.Float32 => "float32",
            ElementType.Float64 => "float64",
            _ => throw Undefined(type),
        };

        /// <summary>The little-endian numpy descriptor, for example <c>&lt;f4</c>; null for bfloat16, which numpy does not have.</summary>
        public string? NumpyDescriptor => type switch
        {
            ElementType.Boolean => "|b1",
            ElementType.Int8 => "|i1",
            ElementType.UInt8 => "|u1",
            ElementType.Int16 => "<i2",
            ElementType.UInt16 => "<u2",
            ElementType.Int32 => "<i4",
            ElementType.UInt32 => "<u4",
            ElementType.Int64 => "<i8",
            ElementType.UInt64 => "<u8",
            ElementType.Float16 => "<f2",
            ElementType.BFloat16 => null,
            ElementType.Float32 => "<f4",
            ElementType.Float64 => "<f8",
            _ => throw Undefined(type),
        };

        /// <summary>
        /// Returns true when an array of this type may be filled from one of <paramref name="offered"/>: the same type, or an integer or
        /// boolean against float64 in either direction, because the mean of integers is float64.
        /// </summary>
        /// <param name="offered">The type found in the bytes.</param>
        public bool Accepts(ElementType offered) =>
            type == offered
            || (type == ElementType.Float64 && !offered.IsFloat)
            || (offered == ElementType.Float64 && !type.IsFloat);

        /// <summary>Returns whether <typeparamref name="T"/> is a .NET type of the elements; several are for booleans and float16.</summary>
        internal bool IsStoredAs<T>()
            where T : unmanaged => type switch
            {
                ElementType.Boolean => typeof(T) == typeof(bool) || typeof(T) == typeof(byte),
                ElementType.Int8 => typeof(T) == typeof(sbyte),
                ElementType.UInt8 => typeof(T) == typeof(byte),
                ElementType.Int16 => typeof(T) == typeof(short),
                ElementType.UInt16 => typeof(T) == typeof(ushort),
                ElementType.Int32 => typeof(T) == typeof(int),
                ElementType.UInt32 => typeof(T) == typeof(uint),
                ElementType.Int64 => typeof(T) == typeof(long),
                ElementType.UInt64 => typeof(T) == typeof(ulong),
                ElementType.Float16 => typeof(T) == typeof(Half) || typeof(T) == typeof(ushort),
                ElementType.BFloat16 => typeof(T) == typeof(ushort),
                ElementType.Float32 => typeof(T) == typeof(float),
                ElementType.Float64 => typeof(T) == typeof(double),
                _ => false,
            };
    }

    /// <summary>Finds a type by its numpy descriptor without the byte order, for example <c>f4</c>; null when none has it.</summary>
    internal static ElementType? FindNumpyType(ReadOnlySpan<char> descriptor)
    {
        foreach (var type in Enum.GetValues<ElementType>())
        {
            if (type.NumpyDescriptor is { } known && descriptor.SequenceEqual(known.AsSpan(1)))
            {
                return type;
            }
        }

        return null;
    }

    private static ArgumentOutOfRangeException Undefined(ElementType type) => new(nameof(type), type, "The element type is not defined.");
}
