// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>The result of checking and resolving a session's configuration.</summary>
public abstract record PrepareSessionResult
{
    private PrepareSessionResult()
    {
    }

    /// <summary>A configuration that can be used.</summary>
    /// <param name="Config">The configuration in the server's own terms.</param>
    /// <param name="Seed">The model of the trail that the session begins with, when the configuration named one of the repository.</param>
    public sealed record Ready(SessionConfig Config, ModelId? Seed) : PrepareSessionResult;

    /// <summary>A configuration with a value that cannot be used.</summary>
    public sealed record Invalid(string Field, string Reason) : PrepareSessionResult;
}
