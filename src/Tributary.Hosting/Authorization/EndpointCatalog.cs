// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting.Authorization;

/// <summary>The endpoints of all roles in this process. One that says neither what it requires nor that it requires nothing is refused.</summary>
public sealed class EndpointCatalog
{
    private readonly List<(string Role, Endpoint Endpoint)> _endpoints = [];

    /// <summary>The endpoints, with the roles that serve them.</summary>
    public IReadOnlyList<(string Role, Endpoint Endpoint)> Endpoints => _endpoints;

    /// <summary>Adds the endpoints of a role.</summary>
    /// <exception cref="InvalidOperationException">An endpoint has no <see cref="AccessRequirement"/> and is not open to everyone either.</exception>
    public void Add(string role, IEnumerable<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Metadata.GetMetadata<AccessRequirement>() is null == (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null))
            {
                throw new InvalidOperationException(
                    $"The endpoint '{endpoint.DisplayName}' of the role {role} must say either what it requires of its callers, or that it requires nothing.");
            }

            _endpoints.Add((role, endpoint));
        }
    }
}
