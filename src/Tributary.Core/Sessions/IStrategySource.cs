// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>A place outside the server's own registry where strategies have names.</summary>
public interface IStrategySource
{
    /// <summary>Finds the registered strategy that a name stands for, and its parameters.</summary>
    /// <param name="name">The name as the session gives it.</param>
    /// <param name="parameters">The parameters that the session sets itself, as a JSON object; they go before those of the source.</param>
    /// <param name="cancellationToken">Ends the search early.</param>
    /// <returns>The name in the registry with its parameters, or the reason why it cannot be used; all null when the source does not know the name.</returns>
    Task<(string? Aggregator, string? Parameters, string? Problem)> FindAsync(string name, string? parameters, CancellationToken cancellationToken);
}
