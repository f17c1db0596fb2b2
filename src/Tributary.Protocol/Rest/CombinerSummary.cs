// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Rest;

/// <summary>A combiner as the controller knows it.</summary>
public sealed record CombinerSummary
{
    /// <summary>The host at which clients reach the combiner.</summary>
    public required string Address { get; init; }

    /// <summary>The id of the combiner, which is its name.</summary>
    public required string CombinerId { get; init; }

    /// <summary>The name under which the combiner is reached over TLS on port 443; null when it is not.</summary>
    public string? Fqdn { get; init; }

    /// <summary>Always empty; present because FEDn has the key.</summary>
    public required string Ip { get; init; }

    public required string Name { get; init; }

    /// <summary>Always <c>localhost</c>; present because FEDn has the key.</summary>
    public required string Parent { get; init; }

    /// <summary>The port at which clients reach the combiner.</summary>
    public required int Port { get; init; }
}
