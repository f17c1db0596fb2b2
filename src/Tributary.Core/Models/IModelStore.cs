// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Models;

/// <summary>The trail of models: rows only, their bytes are in the <see cref="IModelDataStore"/>.</summary>
/// <remarks>A model that a round produced is added by the commit of its round, never here.</remarks>
public interface IModelStore
{
    /// <summary>Adds an uploaded model. Durable on return. False when the id is taken.</summary>
    ValueTask<bool> AddAsync(ModelRecord model, CancellationToken cancellationToken);

    /// <summary>The model with that id, or null.</summary>
    ValueTask<ModelRecord?> FindAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>The newest model of <paramref name="session"/>, or of all when null; null when there is none.</summary>
    ValueTask<ModelRecord?> FindNewestAsync(SessionId? session, CancellationToken cancellationToken);

    /// <summary>Models by commit time; filters: <c>session_id</c>, <c>name</c>, <c>parent_model</c>, <c>model_id</c>.</summary>
    ValueTask<Page<ModelRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}
