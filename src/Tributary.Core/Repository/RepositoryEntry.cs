// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>A document of the repository, with the file that it points to.</summary>
public sealed record RepositoryEntry
{
    /// <summary>What it describes.</summary>
    public required RepositoryKind Kind { get; init; }

    /// <summary>Its name, unique in its kind.</summary>
    public required RepositoryKey Key { get; init; }

    /// <summary>The model that it belongs to: of a model itself, and of what training it led to.</summary>
    public RepositoryKey? Model { get; init; }

    /// <summary>The document as JSON text, without the id of the file.</summary>
    public required string Document { get; init; }

    /// <summary>The id of its file. Callers may set any text, so there need not be such a file.</summary>
    public string? FileId { get; init; }

    /// <summary>How far a model has come, such as <see cref="ModelStages.Production"/>.</summary>
    public string? Stage { get; init; }

    /// <summary>Words that it can be found by, sorted; told by the catalog, not by the store.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
