// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Client.Transformations;

/// <summary>
/// The exception for an unknown or misconfigured transformation, or data that do not fit it; the message says what was expected.
/// </summary>
/// <remarks>Not a <see cref="TributaryException"/>: no server has refused anything.</remarks>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "A message is always needed.")]
public sealed class TransformationException : Exception
{
    /// <summary>Creates an exception with a message and its cause.</summary>
    /// <param name="message">The problem, and what was expected.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public TransformationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
