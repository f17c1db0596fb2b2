// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Fuzz.Targets;

internal static class SafetensorsDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input) => DecodeOracle.Check("safetensors", input);
}
