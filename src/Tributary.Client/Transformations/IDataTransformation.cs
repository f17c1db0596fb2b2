// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Transformations;

/// <summary>A step that prepares data for a model. Has no state: may be used from several threads at once.</summary>
public interface IDataTransformation
{
    /// <summary>Transforms data, which stay as they are.</summary>
    /// <param name="data">One array, or several that belong together, for example features and labels.</param>
    /// <returns>The transformed arrays, in any number.</returns>
    /// <exception cref="TransformationException">The data do not have the shape that this transformation needs.</exception>
    IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data);
}
