// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>The record of a client, which survives restarts.</summary>
public sealed record ClientRecord
{
    /// <summary>The id of the client, chosen by the client or by the controller.</summary>
    public required ClientId Id { get; init; }

    /// <summary>A display name; not unique.</summary>
    public required string Name { get; init; }

    /// <summary>The combiner that the client was assigned to, or connected to on its own.</summary>
    public string? Combiner { get; init; }

    public string? PreferredCombiner { get; init; }

    /// <summary>The address that the client registered from.</summary>
    public string? Address { get; init; }

    /// <summary>The state of the client's connection to its combiner.</summary>
    public required ClientStatus Status { get; init; }

    /// <summary>The source of the client's compute package: <c>local</c> or <c>remote</c>.</summary>
    public string? Package { get; init; }

    /// <summary>The time at which the client was last registered, connected or seen leaving.</summary>
    public required DateTimeOffset LastSeen { get; init; }
}

/// <summary>The state of a client's connection to its combiner. Databases store the names as text, in lower case.</summary>
public enum ClientStatus
{
    /// <summary>The client is assigned and has not yet connected.</summary>
    Available,

    Online,

    Offline,
}
