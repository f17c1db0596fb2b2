// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Numerics.Parameters;

/// <summary>The type of the elements of one array. The numeric values are persisted and may only grow.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The members are element types.")]
public enum ElementType
{
    /// <summary>One byte, 0 or 1.</summary>
    Boolean = 0,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 3,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 4,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 5,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 6,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 7,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 8,

    /// <summary>IEEE 754 binary16.</summary>
    Float16 = 9,

    /// <summary>The upper half of an IEEE 754 binary32.</summary>
    BFloat16 = 10,

    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 11,

    /// <summary>IEEE 754 binary64.</summary>
    Float64 = 12,
}
