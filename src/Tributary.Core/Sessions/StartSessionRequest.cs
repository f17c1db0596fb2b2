// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>A request to run rounds of a session.</summary>
public sealed record StartSessionRequest
{
    public required SessionId Session { get; init; }

    /// <summary>The number of rounds; null for the session's number.</summary>
    public int? Rounds { get; init; }

    /// <summary>The timeout of each round in seconds; null for that of the session.</summary>
    public double? RoundTimeout { get; init; }

    /// <summary>The text that the names of the models begin with.</summary>
    public string? ModelNamePrefix { get; init; }

    /// <summary>The only clients that may take part; empty for all.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];
}

/// <summary>The result of a request to start a session.</summary>
public abstract record StartSessionResult
{
    private StartSessionResult()
    {
    }

    /// <summary>A run that is recorded and continues by itself, also across a restart.</summary>
    public sealed record Started(string RunId) : StartSessionResult;

    public sealed record UnknownSession : StartSessionResult;

    /// <summary>A run of the session that is already in progress.</summary>
    public sealed record Busy : StartSessionResult;

    /// <summary>The maximum number of sessions with a run in progress, which is reached.</summary>
    public sealed record LimitReached(int MaxActive) : StartSessionResult;

    /// <summary>No combiner runs in this process, and rounds need one.</summary>
    public sealed record NoCombiner : StartSessionResult;

    /// <summary>Fewer clients are active than the session requires.</summary>
    public sealed record TooFewClients(int Required, int Active) : StartSessionResult;

    /// <summary>A first model that is not in the store.</summary>
    public sealed record UnknownModel(string Model) : StartSessionResult;

    /// <summary>A value out of its range.</summary>
    public sealed record Invalid(string Field, string Reason) : StartSessionResult;
}
