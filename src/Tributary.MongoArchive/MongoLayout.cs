// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.MongoArchive;

/// <summary>The layout of the database of an FL Repository.</summary>
internal static class MongoLayout
{
    /// <summary>The size in bytes of every chunk of a file but the last.</summary>
    public const int ChunkBytes = 261_120;

    private const string Database = "repository";
    private const string FileDatabase = "repository_grid";

    public static ArchiveCollection Files { get; } = new(FileDatabase, "fs.files");

    public static ArchiveCollection Chunks { get; } = new(FileDatabase, "fs.chunks");

    public static IReadOnlyDictionary<ArchiveCollection, RepositoryKind> Documents { get; } = new Dictionary<ArchiveCollection, RepositoryKind>
    {
        [new(Database, "models")] = RepositoryKind.Model,
        [new(Database, "results")] = RepositoryKind.TrainingResult,
        [new(Database, "strategies")] = RepositoryKind.Strategy,
        [new(Database, "transformations")] = RepositoryKind.Transformation,
        [new(Database, "collectors")] = RepositoryKind.Collector,
    };

    /// <summary>Returns true when the collection is imported into the repository.</summary>
    public static bool IsKept(ArchiveCollection collection) =>
        Documents.ContainsKey(collection) || collection == Files || collection == Chunks;

    /// <summary>Returns true when the collection is the database server's own bookkeeping.</summary>
    public static bool IsOfTheServer(ArchiveCollection collection) => collection.Database is "admin" or "config" or "local" or "";
}
