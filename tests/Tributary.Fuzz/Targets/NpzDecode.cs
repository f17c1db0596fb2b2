// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Fuzz.Targets;

internal static class NpzDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input) => DecodeOracle.Check("npz", input);
}
