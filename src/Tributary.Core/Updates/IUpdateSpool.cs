// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Tributary.Core.Models;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Updates;

/// <summary>The local disk that updates pass through: uploads as received, and their decoded parameters.</summary>
public interface IUpdateSpool
{
    /// <summary>Begins to receive an upload that has no name yet.</summary>
    ValueTask<UploadWriter> BeginUploadAsync(CancellationToken cancellationToken);

    /// <summary>Opens a finished upload for reading; null when it does not exist. The caller disposes the result.</summary>
    ByteSource? OpenUpload(ModelId id);

    /// <summary>Returns the ids of all finished uploads.</summary>
    IReadOnlyList<ModelId> ListUploads();

    /// <summary>Removes finished uploads; those that do not exist are ignored.</summary>
    void RemoveUploads(IReadOnlyList<ModelId> ids);

    /// <summary>Creates a set for decoded parameters, with any values in it; disposing it removes it.</summary>
    /// <remarks>The set is not durable: it can be made again from the upload.</remarks>
    ParameterSet CreateParameters(ParameterLayout layout);

    /// <summary>Creates a set of zeros for results; disposing it removes it.</summary>
    ParameterSet CreateZeros(ParameterLayout layout);
}

/// <summary>A writer of the bytes of one upload; disposing it before <see cref="PublishAsync"/> leaves nothing behind.</summary>
public abstract class UploadWriter : IAsyncDisposable
{
    /// <summary>The number of bytes written so far.</summary>
    public abstract long Length { get; }

    /// <summary>Appends bytes; the memory is not kept.</summary>
    public abstract ValueTask AppendAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes the bytes durable under <paramref name="id"/>, as a whole, replacing an earlier upload.</summary>
    public abstract ValueTask<ModelData> PublishAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Returns the length and digest of the bytes written so far, before publishing.</summary>
    public abstract ModelData Describe();

    public abstract ValueTask DisposeAsync();
}
