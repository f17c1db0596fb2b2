// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Rest;

/// <summary>A peer as it identified itself in a message.</summary>
public sealed record PeerSummary
{
    /// <summary>The id of the peer; may be empty.</summary>
    public string ClientId { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }

    /// <summary>The name of the peer's role, for example <c>CLIENT</c>.</summary>
    public string Role { get => field ?? ""; init; }
}
