// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using Tributary.Core.Identity;
using Tributary.Core.Repository;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authorization;

/// <summary>The table of access: who may do what. An administrator may do everything.</summary>
internal static class AccessTable
{
    private static readonly FrozenDictionary<(Resource Resource, AccessAction Action), Roles> Rows = new Dictionary<(Resource, AccessAction), Roles>
    {
        [(Resource.Clients, AccessAction.Read)] = Roles.Admin,
        [(Resource.Clients, AccessAction.Join)] = Roles.Client,
        [(Resource.Combiners, AccessAction.Read)] = Roles.Admin,
        [(Resource.Combiners, AccessAction.Direct)] = Roles.Controller,
        [(Resource.Models, AccessAction.Read)] = Roles.Admin,
        [(Resource.Models, AccessAction.Write)] = Roles.Admin,
        [(Resource.Models, AccessAction.Receive)] = Roles.Client | Roles.Combiner | Roles.Controller,
        [(Resource.Models, AccessAction.Send)] = Roles.Client | Roles.Combiner,
        [(Resource.Helpers, AccessAction.Read)] = Roles.Admin,
        [(Resource.Helpers, AccessAction.Write)] = Roles.Admin,
        [(Resource.Sessions, AccessAction.Read)] = Roles.Admin,
        [(Resource.Sessions, AccessAction.Write)] = Roles.Admin,
        [(Resource.Rounds, AccessAction.Read)] = Roles.Admin,
        [(Resource.Reports, AccessAction.Read)] = Roles.Admin,
        [(Resource.Reports, AccessAction.Send)] = Roles.Client,
        [(Resource.Tasks, AccessAction.Receive)] = Roles.Client,
        [(Resource.Updates, AccessAction.Send)] = Roles.Client,
        [(Resource.Controller, AccessAction.Read)] = Roles.Admin,
        [(Resource.Metrics, AccessAction.Read)] = Roles.Controller,
    }.ToFrozenDictionary();

    public static bool Knows(Resource resource, AccessAction action) => Rows.ContainsKey((resource, action));

    /// <summary>Returns why a principal may not do what an endpoint requires; null when it may.</summary>
    public static RefusalReason? FindObjection(Principal principal, AccessRequirement requirement, bool allowUnbound)
    {
        if (requirement.Collection is { } collection)
        {
            // Lists of files show what their reader may see.
            return (collection == RepositoryCollections.Files && principal != Principal.Unauthenticated) || principal.May(requirement.Level, collection)
                ? null
                : RefusalReason.Forbidden;
        }

        var roles = Rows[(requirement.Resource!.Value, requirement.Action)];
        return !principal.IsIn(roles) ? RefusalReason.Forbidden
            : principal.IsIn(roles & ~Roles.Client) || principal.MayActAsClient(allowUnbound) ? null
            : RefusalReason.UnboundClient;
    }
}
