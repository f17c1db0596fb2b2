// SPDX-License-Identifier: Apache-2.0

using Tributary.Repository.Rest;

namespace Tributary.Repository.Archives;

/// <summary>Where an FL Repository keeps what in its database.</summary>
internal static class MongoLayout
{
    /// <summary>The size of a file's pieces but the last.</summary>
    public const int ChunkBytes = 261_120;

    private const string Database = "repository";
    private const string FileDatabase = "repository_grid";

    public static ArchiveCollection Files { get; } = new(FileDatabase, "fs.files");

    public static ArchiveCollection Chunks { get; } = new(FileDatabase, "fs.chunks");

    public static IReadOnlyDictionary<ArchiveCollection, CollectionTraits> Documents { get; } = new Dictionary<ArchiveCollection, CollectionTraits>
    {
        [new(Database, "models")] = CollectionTraits.Models,
        [new(Database, "results")] = CollectionTraits.Results,
        [new(Database, "strategies")] = CollectionTraits.Strategies,
        [new(Database, "transformations")] = CollectionTraits.Transformations,
        [new(Database, "collectors")] = CollectionTraits.Collectors,
    };

    /// <summary>Whether it is one of those that come into the repository.</summary>
    public static bool IsKept(ArchiveCollection collection) =>
        Documents.ContainsKey(collection) || collection == Files || collection == Chunks;

    /// <summary>The database's own books, which say nothing about the repository.</summary>
    public static bool IsOfTheServer(ArchiveCollection collection) => collection.Database is "admin" or "config" or "local" or "";
}
