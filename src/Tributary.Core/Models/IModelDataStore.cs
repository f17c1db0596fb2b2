// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.IO;

namespace Tributary.Core.Models;

/// <summary>The store of the bytes of committed and uploaded models, streamed in and out.</summary>
public interface IModelDataStore
{
    /// <summary>Begins to store a model. Nothing is visible under the id before <see cref="ModelDataWriter.CompleteAsync"/>.</summary>
    /// <exception cref="IOException">The store cannot take the model.</exception>
    ValueTask<ModelDataWriter> CreateAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Opens the bytes of a model for reading at any offset; null when it has none. The caller disposes the result.</summary>
    ValueTask<ByteSource?> OpenAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Removes the bytes of a model; does nothing when it has none.</summary>
    ValueTask DeleteAsync(ModelId id, CancellationToken cancellationToken);
}

/// <summary>A writer of the bytes of one model; disposing it before <see cref="CompleteAsync"/> leaves nothing behind.</summary>
public abstract class ModelDataWriter : IAsyncDisposable
{
    /// <summary>The forward-only stream that takes and hashes the bytes.</summary>
    public abstract Stream Stream { get; }

    /// <summary>Makes the bytes durable and visible under the id, as a whole, replacing earlier ones.</summary>
    public abstract ValueTask<ModelData> CompleteAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
