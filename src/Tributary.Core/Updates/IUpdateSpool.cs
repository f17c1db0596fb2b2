// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Tributary.Core.Models;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Updates;

/// <summary>The local disk that updates pass through: uploads as they came, and their parameters decoded.</summary>
public interface IUpdateSpool
{
    /// <summary>The number for parameters of no round: rounds are numbered from 1.</summary>
    const long NoRound = 0;

    /// <summary>Begins to take an upload under no name yet.</summary>
    ValueTask<UploadWriter> BeginUploadAsync(CancellationToken cancellationToken);

    /// <summary>A finished upload for reading, or null. The caller disposes it.</summary>
    ByteSource? OpenUpload(ModelId id);

    /// <summary>The ids of all finished uploads that are there.</summary>
    IReadOnlyList<ModelId> ListUploads();

    /// <summary>Removes finished uploads; those that are not there do not matter.</summary>
    void RemoveUploads(IReadOnlyList<ModelId> ids);

    /// <summary>Room for the decoded parameters of an update, or for a round's result, under a name unique in the round.</summary>
    /// <remarks>Not durable: it can be made again from the upload.</remarks>
    ParameterSet CreateParameters(long round, string name, ParameterLayout layout);

    /// <summary>Removes one decoded set, disposed before.</summary>
    void RemoveParameters(long round, string name);

    /// <summary>Removes every decoded set of a round, all disposed before.</summary>
    void RemoveRound(long round);
}

/// <summary>Takes the bytes of one upload; disposing it before <see cref="PublishAsync"/> leaves nothing behind.</summary>
public abstract class UploadWriter : IAsyncDisposable
{
    /// <summary>Bytes taken so far.</summary>
    public abstract long Length { get; }

    /// <summary>Appends bytes; the slice is not kept.</summary>
    public abstract ValueTask AppendAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes the bytes durable under <paramref name="id"/>, whole, replacing what was there.</summary>
    public abstract ValueTask<ModelData> PublishAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>The length and digest of what was taken, before publishing.</summary>
    public abstract ModelData Describe();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
