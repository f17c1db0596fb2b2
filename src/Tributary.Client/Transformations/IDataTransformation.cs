// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Client.Transformations;

/// <summary>A step that prepares data for a model. Has no state: may be used from several threads at once.</summary>
public interface IDataTransformation
{
    /// <summary>Transforms data, which stay as they are.</summary>
    /// <param name="data">One array, or several that belong together, such as features and labels.</param>
    /// <returns>What becomes of them; as many arrays or more or fewer.</returns>
    /// <exception cref="TransformationException">The data do not have the shape that this needs.</exception>
    IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data);
}

/// <summary>A transformation that is not known or not set up rightly, or data that it does not fit; the message says what was expected.</summary>
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
