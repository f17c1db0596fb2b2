// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Rest;

/// <summary>A request to create a session.</summary>
public sealed record CreateSessionRequest
{
    /// <summary>The display name of the session; null for one that the server chooses.</summary>
    public string? Name { get; init; }

    /// <summary>The id of the session; null for a new one.</summary>
    public string? SessionId { get; init; }

    /// <summary>The id of the model that the first round trains from; null for the model of the configuration.</summary>
    public string? SeedModelId { get; init; }

    public required SessionConfigDocument SessionConfig { get; init; }
}
