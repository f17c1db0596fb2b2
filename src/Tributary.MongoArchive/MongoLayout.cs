// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.MongoArchive;

/// <summary>The layout of an FL Repository's database.</summary>
internal static class MongoLayout
{
    /// <summary>The size of a file's pieces but the last.</summary>
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

    /// <summary>Tells whether it is one of those that come into the repository.</summary>
    public static bool IsKept(ArchiveCollection collection) =>
        Documents.ContainsKey(collection) || collection == Files || collection == Chunks;

    /// <summary>Tells whether it is one of the database's own books, which say nothing about the repository.</summary>
    public static bool IsOfTheServer(ArchiveCollection collection) => collection.Database is "admin" or "config" or "local" or "";
}
