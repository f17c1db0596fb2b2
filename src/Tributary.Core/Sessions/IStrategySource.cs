// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>A source of named strategies outside the server's own registry.</summary>
public interface IStrategySource
{
    /// <summary>Finds the registered strategy that a name stands for, and its parameters.</summary>
    /// <param name="name">The name as the session gives it.</param>
    /// <param name="parameters">The parameters that the session sets, as a JSON object; they take precedence over the source's.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The name in the registry with its parameters, or the reason why it is unusable; all null for an unknown name.</returns>
    Task<(string? Aggregator, string? Parameters, string? Problem)> FindAsync(string name, string? parameters, CancellationToken cancellationToken);
}
