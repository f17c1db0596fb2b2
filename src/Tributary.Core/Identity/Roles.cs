// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core.Identity;

/// <summary>The roles that a principal can have.</summary>
[Flags]
public enum Roles
{
    /// <summary>No role.</summary>
    None = 0,

    /// <summary>A participant: it joins, gets tasks and models, and sends updates and reports.</summary>
    Client = 1,

    /// <summary>A combiner, which gets and sends models.</summary>
    Combiner = 2,

    /// <summary>A controller, which directs combiners.</summary>
    Controller = 4,

    /// <summary>An administrator, who may do everything.</summary>
    Admin = 8,
}

/// <summary>The spelling of roles in settings, claims and stores.</summary>
public static class RoleNames
{
    /// <summary>The names of all roles, with commas between, for error messages.</summary>
    public const string Expected = "client, combiner, controller or admin";

    /// <summary>Reads the name of one role; returns false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Roles role)
    {
        role = text?.ToUpperInvariant() switch
        {
            "CLIENT" => Roles.Client,
            "COMBINER" => Roles.Combiner,
            "CONTROLLER" => Roles.Controller,
            "ADMIN" => Roles.Admin,
            _ => Roles.None,
        };
        return role != Roles.None;
    }

    /// <summary>Returns the roles of the names; unknown names give none.</summary>
    public static Roles Of(IEnumerable<string> names) =>
        names.Aggregate(Roles.None, (roles, name) => TryParse(name, out var role) ? roles | role : roles);

    /// <summary>Returns the names of the single roles.</summary>
    public static IReadOnlyList<string> ToNames(this Roles roles) =>
        [.. Enum.GetValues<Roles>().Where(role => role != Roles.None && roles.HasFlag(role)).Select(role => role.ToString().ToLowerInvariant())];
}
