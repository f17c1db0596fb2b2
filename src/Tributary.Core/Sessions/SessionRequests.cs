// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>A wish to run rounds of a session.</summary>
public sealed record StartSessionRequest
{
    /// <summary>Which session.</summary>
    public required SessionId Session { get; init; }

    /// <summary>How many rounds; null takes the session's number.</summary>
    public int? Rounds { get; init; }

    /// <summary>Seconds for each round; null takes the session's.</summary>
    public double? RoundTimeout { get; init; }

    /// <summary>The names of the models begin with this.</summary>
    public string? ModelNamePrefix { get; init; }

    /// <summary>The only clients that may take part; empty means all.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];
}

/// <summary>What became of a configuration that is to be a session's.</summary>
public abstract record PrepareSessionResult
{
    private PrepareSessionResult()
    {
    }

    /// <summary>It can be used.</summary>
    /// <param name="Config">In the server's own terms.</param>
    /// <param name="Seed">The model of the trail that it begins with, when it named one of the repository.</param>
    public sealed record Ready(SessionConfig Config, ModelId? Seed) : PrepareSessionResult;

    /// <summary>A value cannot be used.</summary>
    public sealed record Invalid(string Field, string Reason) : PrepareSessionResult;
}

/// <summary>What became of a wish to start.</summary>
public abstract record StartSessionResult
{
    private StartSessionResult()
    {
    }

    /// <summary>The run is recorded and goes on by itself, also across a restart.</summary>
    public sealed record Started(string RunId) : StartSessionResult;

    /// <summary>There is no such session.</summary>
    public sealed record UnknownSession : StartSessionResult;

    /// <summary>A run is under way already.</summary>
    public sealed record Busy : StartSessionResult;

    /// <summary>No combiner runs in this process, and rounds need one.</summary>
    public sealed record NoCombiner : StartSessionResult;

    /// <summary>Fewer clients are active than the session requires.</summary>
    public sealed record TooFewClients(int Required, int Active) : StartSessionResult;

    /// <summary>The model to begin with is not in the store.</summary>
    public sealed record UnknownModel(string Model) : StartSessionResult;

    /// <summary>A value is out of its range.</summary>
    public sealed record Invalid(string Field, string Reason) : StartSessionResult;
}
