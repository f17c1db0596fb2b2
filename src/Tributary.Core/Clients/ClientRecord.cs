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

    /// <summary>The wire word of its status: <c>available</c>, <c>online</c> or <c>offline</c>.</summary>
    public required string Status { get; init; }

    /// <summary><c>local</c> or <c>remote</c>: where its compute package comes from.</summary>
    public string? Package { get; init; }

    /// <summary>When it was last registered, connected or seen leaving.</summary>
    public required DateTimeOffset LastSeen { get; init; }
}

/// <summary>The wire words of <see cref="ClientRecord.Status"/>.</summary>
public static class ClientStatus
{
    /// <summary>Assigned, not yet connected.</summary>
    public const string Available = "available";

    /// <summary>Connected to its combiner.</summary>
    public const string Online = "online";

    /// <summary>Gone from its combiner.</summary>
    public const string Offline = "offline";
}
