// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Fuzz.Targets;

internal static class RawDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        DecodeOracle.Check("raw-float32", input);
        DecodeOracle.Check("raw-float64", input);
    }
}
