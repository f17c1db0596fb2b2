// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.Core.Sessions;

/// <summary>A source outside the model store from which sessions can take their first model.</summary>
public interface IModelSource
{
    /// <summary>Copies a model into the model store. Equal content yields the same model there, so a call can be repeated.</summary>
    /// <param name="name">The name as the session gives it.</param>
    /// <param name="format">The byte format of the session, one of <see cref="Models.ModelFormats"/>.</param>
    /// <param name="cancellationToken">Cancels the copy; nothing is visible then.</param>
    /// <returns>The id in the model store, or the reason why the model cannot be used.</returns>
    Task<(ModelId? Model, string? Problem)> ImportAsync(RepositoryModelName name, string format, CancellationToken cancellationToken);
}
