// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The encoding of one array: its specification and the order of its bytes and elements.</summary>
/// <param name="Spec">The name, type and shape.</param>
/// <param name="BigEndian">True when elements of more than one byte start with the most significant byte.</param>
/// <param name="ColumnMajor">True when the first dimension varies fastest.</param>
internal sealed record EncodedArray(ArraySpec Spec, bool BigEndian = false, bool ColumnMajor = false);
