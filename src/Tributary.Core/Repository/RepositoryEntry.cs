// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>A document of the repository, with the file that it points to.</summary>
public sealed record RepositoryEntry
{
    public required RepositoryKind Kind { get; init; }

    /// <summary>The key of the document, unique within its kind.</summary>
    public required RepositoryKey Key { get; init; }

    /// <summary>The model that the document belongs to: set for a model itself and for its training results.</summary>
    public RepositoryKey? Model { get; init; }

    /// <summary>The document as JSON text, without the id of the file.</summary>
    public required string Document { get; init; }

    /// <summary>The id of the document's file. Callers may set any text, so the file need not exist.</summary>
    public string? FileId { get; init; }

    /// <summary>The stage of a model, for example <see cref="ModelStages.Production"/>.</summary>
    public string? Stage { get; init; }

    /// <summary>The words by which the document can be found, sorted; filled by <see cref="IRepositoryAnnotations"/>, not by the store.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
