// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The check that an array has exactly the bytes that its shape needs.</summary>
internal static class ArrayExtent
{
    public static void Require(ArraySpec spec, long available)
    {
        if (available != spec.ByteLength)
        {
            throw new ParameterFormatException(
                available < spec.ByteLength ? ParameterFormatError.Truncated : ParameterFormatError.Malformed,
                $"Array '{spec.Name}' {spec.Type.WireName} {ArraySpec.ShapeText(spec.Shape)} has {available} bytes of elements; expected {spec.ByteLength}.");
        }
    }
}
