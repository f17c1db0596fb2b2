// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats;

/// <summary>The reasons for refusing encoded parameters. The numeric values are persisted and may only grow.</summary>
public enum ParameterFormatError
{
    /// <summary>The bytes do not follow the format.</summary>
    Malformed = 0,

    /// <summary>The bytes end before the values do.</summary>
    Truncated = 1,

    /// <summary>A checksum does not match.</summary>
    ChecksumMismatch = 2,

    /// <summary>The bytes follow the format but use an unsupported feature of it: encryption, a compression method.</summary>
    Unsupported = 3,

    /// <summary>The element type cannot be a parameter: objects, text, records, complex numbers.</summary>
    UnsupportedType = 4,

    /// <summary>A limit of <see cref="DecodeLimits"/> is exceeded.</summary>
    LimitExceeded = 5,

    /// <summary>Two arrays have the same name.</summary>
    DuplicateName = 6,

    /// <summary>The arrays differ from those of the destination.</summary>
    LayoutMismatch = 7,

    /// <summary>NaN or an infinity where finite values are required.</summary>
    NotFinite = 8,

    /// <summary>A value does not fit the type of the destination or of the array.</summary>
    ValueOutOfRange = 9,
}
