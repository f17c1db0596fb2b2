// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.Core.Sessions;

/// <summary>A place outside the model store from which sessions can take the model that they begin with.</summary>
public interface IModelSource
{
    /// <summary>Copies a model into the model store. The same content gives the same model there, so a call can be repeated.</summary>
    /// <param name="name">The name as the session gives it.</param>
    /// <param name="format">The byte format of the session, one of <see cref="Models.ModelFormats"/>.</param>
    /// <param name="cancellationToken">Ends the copy early; nothing is visible then.</param>
    /// <returns>The id in the model store, or the reason why the model cannot be used.</returns>
    Task<(ModelId? Model, string? Problem)> ImportAsync(RepositoryModelName name, string format, CancellationToken cancellationToken);
}
