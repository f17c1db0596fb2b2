// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>What is known of a client across restarts.</summary>
public sealed record ClientRecord
{
    /// <summary>Its id, given by the client or by the controller.</summary>
    public required ClientId Id { get; init; }

    /// <summary>A name for people; not unique.</summary>
    public required string Name { get; init; }

    /// <summary>The combiner that it was assigned to, or connected to by itself.</summary>
    public string? Combiner { get; init; }

    /// <summary>The combiner that it asked for.</summary>
    public string? PreferredCombiner { get; init; }

    /// <summary>The address that it registered from.</summary>
    public string? Address { get; init; }

    /// <summary>The client's connection to its combiner.</summary>
    public required ClientStatus Status { get; init; }

    /// <summary><c>local</c> or <c>remote</c>: where its compute package comes from.</summary>
    public string? Package { get; init; }

    /// <summary>When it was last registered, connected or seen leaving.</summary>
    public required DateTimeOffset LastSeen { get; init; }
}

/// <summary>The state of a client's connection to its combiner. The names are kept as text in databases, in lower case.</summary>
public enum ClientStatus
{
    /// <summary>The client is assigned and has not yet connected.</summary>
    Available,

    /// <summary>The client is connected.</summary>
    Online,

    /// <summary>The client has disconnected.</summary>
    Offline,
}
