// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Client.Transformations;

/// <summary>A transformation that is not known or not set up rightly, or data that it does not fit; the message says what was expected.</summary>
/// <remarks>No <see cref="TributaryException"/>: no server has refused anything.</remarks>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "A message is always needed.")]
public sealed class TransformationException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, and what was expected.</param>
    /// <param name="innerException">What it comes from; null for nothing.</param>
    public TransformationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
