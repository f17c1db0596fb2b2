// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Models;

/// <summary>The trail of models: their records only; their bytes are in the <see cref="IModelDataStore"/>.</summary>
/// <remarks>A model that a round produced is added by the commit of its round, never here.</remarks>
public interface IModelStore
{
    /// <summary>Adds an uploaded model; durable on return. Returns false when the id is taken.</summary>
    ValueTask<bool> AddAsync(ModelRecord model, CancellationToken cancellationToken);

    /// <summary>Returns the model with the given id, or null.</summary>
    ValueTask<ModelRecord?> FindAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Returns the newest model of <paramref name="session"/>, of all when that is null; null when none exists.</summary>
    ValueTask<ModelRecord?> FindNewestAsync(SessionId? session, CancellationToken cancellationToken);

    /// <summary>Returns the number of models of <paramref name="session"/>.</summary>
    ValueTask<int> CountAsync(SessionId session, CancellationToken cancellationToken);

    /// <summary>Lists models by commit time; filters: <c>session_id</c>, <c>name</c>, <c>parent_model</c>, <c>model_id</c>.</summary>
    ValueTask<Page<ModelRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}
