// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Models;

/// <summary>The bytes of a model as stored: length and digest.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public readonly record struct ModelData(long Length, string Sha256);

/// <summary>A model of the trail: where it came from and what its bytes are.</summary>
public sealed record ModelRecord
{
    /// <summary>Its id, which also keys its bytes.</summary>
    public required ModelId Id { get; init; }

    /// <summary>A name for people; not unique.</summary>
    public required string Name { get; init; }

    /// <summary>The model that it was trained from; null for an uploaded one.</summary>
    public ModelId? Parent { get; init; }

    /// <summary>The session that produced it; null for an uploaded one.</summary>
    public SessionId? Session { get; init; }

    /// <summary>The round that produced it; null for an uploaded one.</summary>
    public long? Round { get; init; }

    /// <summary>The name of the codec that reads its bytes, such as <c>npz</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Length and digest of its bytes.</summary>
    public required ModelData Data { get; init; }

    /// <summary>When it was committed.</summary>
    public required DateTimeOffset CommittedAt { get; init; }
}
