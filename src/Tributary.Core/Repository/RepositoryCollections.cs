// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>The names of the repository's collections, to which access is granted.</summary>
public static class RepositoryCollections
{
    /// <summary>All collections that are not named.</summary>
    public const string Any = "*";

    /// <summary>The collection of models.</summary>
    public const string Models = "models";

    /// <summary>The collection of training results.</summary>
    public const string Results = "training-results";

    /// <summary>The collection of strategies.</summary>
    public const string Strategies = "strategies";

    /// <summary>The collection of transformations.</summary>
    public const string Transformations = "transformations";

    /// <summary>The collection of collectors.</summary>
    public const string Collectors = "collectors";

    /// <summary>The audit log.</summary>
    public const string Audit = "audit";

    /// <summary>The lists of files across collections; each principal sees the files of the collections that it can read.</summary>
    public const string Files = "files";

    /// <summary>The collections to which access can be granted one by one.</summary>
    public static IReadOnlyList<string> All { get; } = [Models, Results, Strategies, Transformations, Collectors, Audit];

    /// <summary>Returns the collection of a kind of document.</summary>
    public static string Of(RepositoryKind kind) => kind switch
    {
        RepositoryKind.Model => Models,
        RepositoryKind.TrainingResult => Results,
        RepositoryKind.Strategy => Strategies,
        RepositoryKind.Transformation => Transformations,
        _ => Collectors,
    };

    /// <summary>Returns the collection that a file belongs to.</summary>
    public static string Of(RepositoryFile file) => Of(KindOf(file));

    /// <summary>Returns the kind of document that a file was stored for.</summary>
    public static RepositoryKind KindOf(RepositoryFile file) => file.Name.Split('/', 2)[0] switch
    {
        "weights" => RepositoryKind.TrainingResult,
        "strategy" => RepositoryKind.Strategy,
        "transformation" => RepositoryKind.Transformation,
        _ => RepositoryKind.Model,
    };
}
