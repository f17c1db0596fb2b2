// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Tributary.Core.Identity;
using Tributary.Core.Repository;

namespace Tributary.Hosting.Authorization;

/// <summary>The permission that an endpoint requires of its caller, as its metadata.</summary>
public sealed class AccessRequirement : IAuthorizationRequirement, IAuthorizationRequirementData
{
    private AccessRequirement(Resource? resource, AccessAction action, string? collection, AccessLevel level) =>
        (Resource, Action, Collection, Level) = (resource, action, collection, level);

    internal Resource? Resource { get; }

    internal AccessAction Action { get; }

    /// <summary>The collection of the repository; null for another resource.</summary>
    internal string? Collection { get; }

    internal AccessLevel Level { get; }

    /// <summary>Creates the requirement of an action on a resource, of which the table of access has a row.</summary>
    public static AccessRequirement To(Resource resource, AccessAction action) =>
        AccessTable.Knows(resource, action)
            ? new(resource, action, null, AccessLevel.None)
            : throw new ArgumentException($"The table of access has no row for {resource}, {action}.", nameof(action));

    /// <summary>Creates the requirement of access to a collection of the repository.</summary>
    public static AccessRequirement ToCollection(string collection, AccessLevel level) => new(null, default, collection, level);

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];

    /// <summary>Returns the requirement as a person reads it: <c>write sessions</c>, or <c>write in models</c>.</summary>
    public override string ToString() => Collection switch
    {
        null => $"{Action} {Resource}".ToLowerInvariant(),
        RepositoryCollections.Files => "a principal",
        _ => $"{Level.ToText()} in {Collection}",
    };
}

/// <summary>The way in which endpoints say what they require.</summary>
public static class AccessRequirementExtensions
{
    /// <summary>Requires a permission of the callers of an endpoint.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoint, Resource resource, AccessAction action)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(AccessRequirement.To(resource, action));
}
