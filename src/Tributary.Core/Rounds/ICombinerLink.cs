// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>A combiner as its controller sees it.</summary>
public interface ICombinerLink
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Where clients reach it.</summary>
    CombinerAddress Address { get; }

    /// <summary>The clients that are connected to it and alive.</summary>
    ValueTask<IReadOnlyList<ActiveClient>> ListActiveClientsAsync(CancellationToken cancellationToken);

    /// <summary>Whether it takes one more client.</summary>
    ValueTask<bool> IsAcceptingAsync(CancellationToken cancellationToken);

    /// <summary>Runs a training round, or goes on with it after a restart. Ends by itself soon after the round's deadline.</summary>
    /// <remarks>The updates stay until <see cref="ReleaseAsync"/>, so that the same round can be asked for again.</remarks>
    Task<TrainingOutcome> TrainAsync(RoundPlan plan, RoundOrigin origin, CancellationToken cancellationToken);

    /// <summary>Hands out validation tasks to those that have not had one; results come in by themselves.</summary>
    ValueTask RequestValidationAsync(ValidationPlan plan, CancellationToken cancellationToken);

    /// <summary>The round has ended: what the combiner kept for it can go.</summary>
    ValueTask ReleaseAsync(RoundPlan plan, CancellationToken cancellationToken);
}

/// <summary>When what a round belongs to was asked for.</summary>
public enum RoundOrigin
{
    /// <summary>Since this process began: whoever is connected is who takes part.</summary>
    New,

    /// <summary>Before a restart: the clients of before are given time to come back.</summary>
    Resumed,
}

/// <summary>Where clients reach a combiner.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">A TCP port; clients use TLS on 443 and cleartext on all others.</param>
public sealed record CombinerAddress(string Host, int Port);

/// <summary>How a combiner's training round ended.</summary>
public abstract record TrainingOutcome
{
    private TrainingOutcome(CombinerReport entry) => Report = entry;

    /// <summary>What goes into the round's record.</summary>
    public CombinerReport Report { get; }

    /// <summary>A partial aggregate; its weight is the entry's.</summary>
    public sealed record Aggregated(CombinerReport Entry, ParameterSet Parameters) : TrainingOutcome(Entry), IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Parameters.Dispose();
    }

    /// <summary>No model, and why.</summary>
    public sealed record Failed(CombinerReport Entry, string Reason) : TrainingOutcome(Entry);
}
