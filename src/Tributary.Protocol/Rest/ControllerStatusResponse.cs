// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Rest;

/// <summary>The state of a controller.</summary>
public sealed record ControllerStatusResponse
{
    /// <summary>The state: <c>monitoring</c> while a session runs, <c>idle</c> otherwise.</summary>
    public required string State { get; init; }
}
