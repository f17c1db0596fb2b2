// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Numerics.Formats;

/// <summary>Encoded parameters that are refused. The only exception for bad bytes; a source that cannot be read is an <see cref="IOException"/>.</summary>
/// <param name="code">Why.</param>
/// <param name="message">The array or field, the value found, and what was expected.</param>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "An error without a code has no meaning.")]
public sealed class ParameterFormatException(ParameterFormatError code, string message) : Exception(message)
{
    /// <summary>Why the bytes are refused.</summary>
    public ParameterFormatError Code { get; } = code;
}
