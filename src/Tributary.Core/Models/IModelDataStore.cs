// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.IO;

namespace Tributary.Core.Models;

/// <summary>The bytes of committed and uploaded models, streamed in and out.</summary>
public interface IModelDataStore
{
    /// <summary>Begins to store a model. Nothing is visible under the id before <see cref="ModelDataWriter.CompleteAsync"/>.</summary>
    /// <exception cref="IOException">The store cannot take it.</exception>
    ValueTask<ModelDataWriter> CreateAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>The bytes of a model for reading at any offset, or null when there are none. The caller disposes it.</summary>
    ValueTask<ByteSource?> OpenAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Removes the bytes; nothing happens when there are none.</summary>
    ValueTask DeleteAsync(ModelId id, CancellationToken cancellationToken);
}

/// <summary>Takes the bytes of one model; disposing it before <see cref="CompleteAsync"/> leaves nothing behind.</summary>
public abstract class ModelDataWriter : IAsyncDisposable
{
    /// <summary>Where the bytes go, forward only. Hashed on the way.</summary>
    public abstract Stream Stream { get; }

    /// <summary>Makes the bytes durable and visible under the id, whole, replacing any that were there.</summary>
    public abstract ValueTask<ModelData> CompleteAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
