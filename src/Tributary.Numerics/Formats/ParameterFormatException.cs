// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Numerics.Formats;

/// <summary>The exception for refused parameters, the only one for bad bytes; a failing source throws <see cref="IOException"/>.</summary>
/// <param name="code">The reason for the refusal.</param>
/// <param name="message">The array or field, the value found, and what was expected.</param>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "An error without a code has no meaning.")]
public sealed class ParameterFormatException(ParameterFormatError code, string message) : Exception(message)
{
    /// <summary>The reason for the refusal.</summary>
    public ParameterFormatError Code { get; } = code;
}
