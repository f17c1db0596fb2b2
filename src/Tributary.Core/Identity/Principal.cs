// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.Core.Identity;

/// <summary>The caller of a request, as every role sees it, however it has identified itself.</summary>
public sealed record Principal
{
    /// <summary>The greatest length of a name, in characters.</summary>
    public const int MaxNameCharacters = 100;

    /// <summary>The caller of every request where no authentication is configured. It may do everything.</summary>
    public static Principal Anyone { get; } = new() { Name = AuditEntry.Anonymous, Roles = Roles.Admin };

    /// <summary>The caller of a request that needs no authentication. It may do nothing else.</summary>
    public static Principal Unauthenticated { get; } = new() { Name = AuditEntry.Anonymous };

    /// <summary>The name in logs and in the audit log.</summary>
    public required string Name { get; init; }

    /// <summary>The roles.</summary>
    public Roles Roles { get; init; }

    /// <summary>The only client that the principal may act for; null for none.</summary>
    public ClientId? Client { get; init; }

    /// <summary>The client that the principal always is; null for an administrator, who may act for every client, and where it is bound to none.</summary>
    public ClientId? BoundClient => IsIn(Roles.Admin) ? null : Client;

    /// <summary>The access to each collection of the repository; <see cref="RepositoryCollections.Any"/> stands for those that are not named.</summary>
    public IReadOnlyDictionary<string, AccessLevel> Grants { get; init; } = NoGrants;

    /// <summary>The maximum total length in bytes of the files stored by the principal at one time; null for no limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The maximum number of files stored by the principal at one time; null for no limit.</summary>
    public long? MaxFiles { get; init; }

    /// <summary>True when the principal has not identified itself.</summary>
    public bool IsAnonymous => Name == AuditEntry.Anonymous;

    private static IReadOnlyDictionary<string, AccessLevel> NoGrants { get; } = new Dictionary<string, AccessLevel>();

    /// <summary>Returns whether the principal has one of the roles, or that of an administrator.</summary>
    public bool IsIn(Roles roles) => (Roles & (roles | Roles.Admin)) != Roles.None;

    /// <summary>Returns whether the principal has access to a collection of the repository.</summary>
    public bool May(AccessLevel level, string collection) =>
        IsIn(Roles.Admin)
        || ((Grants.TryGetValue(collection, out var granted) || Grants.TryGetValue(RepositoryCollections.Any, out granted)) && granted >= level);

    /// <summary>Returns whether the principal may act as a client: as the one that it is bound to, or as any where that is allowed.</summary>
    public bool MayActAsClient(bool allowUnbound) => IsIn(Roles.Client) && (IsIn(Roles.Admin) || Client is not null || allowUnbound);

    /// <summary>Returns whether the principal may act for a client: an administrator for every client, and one that is bound to no client too.</summary>
    public bool MayActFor(ClientId client) => BoundClient is null || BoundClient == client;
}
