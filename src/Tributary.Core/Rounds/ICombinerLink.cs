// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;

namespace Tributary.Core.Rounds;

/// <summary>A combiner as its controller sees it.</summary>
public interface ICombinerLink
{
    /// <summary>The name of the combiner.</summary>
    string Name { get; }

    /// <summary>The address at which clients reach the combiner.</summary>
    CombinerAddress Address { get; }

    /// <summary>Returns the clients that are connected to the combiner and alive.</summary>
    ValueTask<IReadOnlyList<ActiveClient>> ListActiveClientsAsync(CancellationToken cancellationToken);

    /// <summary>Returns whether the combiner accepts one more client.</summary>
    ValueTask<bool> IsAcceptingAsync(CancellationToken cancellationToken);

    /// <summary>Runs a training round, or resumes it after a restart. Ends by itself soon after the round's deadline.</summary>
    /// <param name="plan">The plan of the round.</param>
    /// <param name="origin">The origin of the round.</param>
    /// <param name="handedOut">Called when the clients have their tasks; not at all for a round that ends before.</param>
    /// <param name="cancellationToken">Cancels the training; the round can be requested again.</param>
    /// <remarks>The updates are kept until <see cref="ReleaseAsync"/>, so that the same round can be requested again.</remarks>
    Task<TrainingOutcome> TrainAsync(RoundPlan plan, RoundOrigin origin, Action handedOut, CancellationToken cancellationToken);

    /// <summary>Assigns validation tasks to the clients that have not had one; their results arrive as reports.</summary>
    ValueTask RequestValidationAsync(ValidationPlan plan, CancellationToken cancellationToken);

    /// <summary>Releases what the combiner kept for a round that has ended.</summary>
    ValueTask ReleaseAsync(RoundPlan plan, CancellationToken cancellationToken);

    /// <summary>Withdraws the training tasks that the rounds of a session have left with its clients: none of its rounds is open, and none follows.</summary>
    ValueTask WithdrawTrainingAsync(string session, CancellationToken cancellationToken);
}

/// <summary>The origin of a round: requested before or after the start of this process.</summary>
public enum RoundOrigin
{
    /// <summary>A request since this process began: the clients that are connected take part.</summary>
    New,

    /// <summary>A request before a restart: the clients of that time are given time to return.</summary>
    Resumed,
}

/// <summary>The address at which clients reach a combiner.</summary>
/// <param name="Host">A host name or an IP address.</param>
/// <param name="Port">A TCP port; clients use TLS on 443 and cleartext on all others.</param>
public sealed record CombinerAddress(string Host, int Port)
{
    /// <summary>The name under which the combiner is reached over TLS on port 443; null when it is not.</summary>
    public string? Fqdn { get; init; }

    /// <summary>The certificate that clients should trust, as PEM; null when they need none.</summary>
    public string? Certificate { get; init; }
}

/// <summary>The outcome of a training round at a combiner.</summary>
public abstract record TrainingOutcome
{
    private TrainingOutcome(CombinerReport entry) => Report = entry;

    /// <summary>The combiner's report for the record of the round.</summary>
    public CombinerReport Report { get; }

    /// <summary>A partial result, whose parameters live until it is disposed.</summary>
    public sealed record Aggregated(CombinerReport Entry, PartialResult Result, IDisposable Owner) : TrainingOutcome(Entry), IDisposable
    {
        public void Dispose() => Owner.Dispose();
    }

    /// <summary>A round without a model, and the reason.</summary>
    public sealed record Failed(CombinerReport Entry, string Reason) : TrainingOutcome(Entry);
}
