// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.Repository.Access;

/// <summary>The roles that a caller can have in a collection; each includes those before it.</summary>
internal enum AccessRole
{
    /// <summary>No access.</summary>
    None,

    /// <summary>Access to list and download.</summary>
    Read,

    /// <summary>Access to add, replace and tag.</summary>
    Write,

    /// <summary>Access to remove, and to set stages.</summary>
    Admin,
}

internal static class AccessRoles
{
    public static bool TryParse(string text, out AccessRole role)
    {
        role = text.ToUpperInvariant() switch
        {
            "READ" => AccessRole.Read,
            "WRITE" => AccessRole.Write,
            "ADMIN" => AccessRole.Admin,
            _ => AccessRole.None,
        };
        return role != AccessRole.None;
    }
}

/// <summary>The names of the collections for which roles are granted.</summary>
internal static class Collections
{
    public const string Any = "*";
    public const string Models = "models";
    public const string Results = "training-results";
    public const string Strategies = "strategies";
    public const string Transformations = "transformations";
    public const string Collectors = "collectors";
    public const string Audit = "audit";

    /// <summary>The lists of files across collections; every token sees the files of the collections that it can read.</summary>
    public const string Files = "files";

    public static IReadOnlyList<string> All { get; } = [Models, Results, Strategies, Transformations, Collectors, Audit];

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
