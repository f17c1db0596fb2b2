// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>How the elements of one array lie in the bytes.</summary>
/// <param name="Spec">Name, type and shape.</param>
/// <param name="BigEndian">Whether the elements of more than one byte start with the highest.</param>
/// <param name="ColumnMajor">Whether the first dimension varies fastest.</param>
internal sealed record EncodedArray(ArraySpec Spec, bool BigEndian = false, bool ColumnMajor = false);
