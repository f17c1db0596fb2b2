// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Fuzz;

/// <summary>An input for which a target does not hold.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "A failure without its input is worth nothing.")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is the result of a run.")]
public sealed class FuzzFailure(string target, byte[] input, Exception cause)
    : Exception($"{target} fails on {input.Length} bytes (base64): {Convert.ToBase64String(input)}", cause)
{
    public byte[] Input { get; } = input;
}
