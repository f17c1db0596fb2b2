// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>A validator of global models on the data of this participant.</summary>
public interface IValidator
{
    /// <summary>Measures a committed model.</summary>
    /// <param name="task">The task, with the model to measure.</param>
    /// <param name="cancellationToken">Cancelled when the participant stops.</param>
    /// <returns>The metrics by name, for instance <c>accuracy</c>; null to report nothing.</returns>
    Task<IReadOnlyDictionary<string, double>?> ValidateAsync(ValidationTask task, CancellationToken cancellationToken);
}
