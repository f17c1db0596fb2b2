// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Rest;

/// <summary>A request to start or continue a session.</summary>
public sealed record StartSessionRequest
{
    public required string SessionId { get; init; }

    /// <summary>The number of rounds to run; null for the number that the session was created with.</summary>
    public int? Rounds { get; init; }

    /// <summary>The time for which a round accepts updates, in seconds; null for that of the session.</summary>
    public double? RoundTimeout { get; init; }

    /// <summary>The prefix of the names of the session's models; null for one that the server chooses.</summary>
    public string? ModelNamePrefix { get; init; }
}
