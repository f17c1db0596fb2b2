// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;
using Tributary.Core.Combiners;
using Tributary.Core.Coordination;
using Tributary.Core.Models;

namespace Tributary.Core.Rounds;

/// <summary>The status of a round. The wire uses the names, databases store the numbers.</summary>
/// <remarks>
/// The transitions, each with its one verb: <em>open</em> makes a round pending; <em>commit</em> makes it a success with a model, <em>fail</em>
/// makes it failed or terminated without one; <em>finish</em> makes a success finished. <em>Advance</em> takes a pending round to its next phase.
/// </remarks>
public enum RoundStatus
{
    /// <summary>The round is open and not yet committed.</summary>
    Pending = 0,

    /// <summary>The model is committed; its validation has not been requested yet.</summary>
    Success = 1,

    Finished = 2,

    /// <summary>The round ended without a model.</summary>
    Failed = 3,

    /// <summary>The round was ended from outside, without a model.</summary>
    Terminated = 4,
}

/// <summary>A round and its outcome.</summary>
public sealed record RoundRecord
{
    /// <summary>The number of the round, counted across sessions from 1.</summary>
    public required long Number { get; init; }

    /// <summary>The run that the round belongs to; null when a combiner was asked directly.</summary>
    public string? RunId { get; init; }

    /// <summary>The position of the round in its run, from 1.</summary>
    public int Index { get; init; }

    public required RoundStatus Status { get; init; }

    public required RoundPlan Plan { get; init; }

    /// <summary>The id of the round's model, fixed when the round is opened, so that a repeated commit writes the same model.</summary>
    public required ModelId Output { get; init; }

    /// <summary>The phase of a pending round, from 1.</summary>
    public int Phase { get; init; } = 1;

    /// <summary>The result of the phase before; null in the first phase.</summary>
    public PhaseResult? PhaseResult { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The time of the commit, then that of the end of the round's work; null while it is in progress, and until the work of a failed one has ended.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>True once the round has been decided and nothing that was kept for it is left.</summary>
    public bool IsFinished => Status == RoundStatus.Finished || (Status is RoundStatus.Failed or RoundStatus.Terminated && ClosedAt is not null);

    public IReadOnlyList<CombinerReport> Combiners { get; init; } = [];

    /// <summary>The durations of reducing and committing.</summary>
    public RoundTimes? Times { get; init; }

    public string? Error { get; init; }
}

/// <summary>The result of a phase that is not the last of its round.</summary>
/// <param name="Model">The id of the parameters that clients receive in the next phase, which is also the key of their bytes.</param>
/// <param name="State">The state of the strategy; null for none.</param>
public sealed record PhaseResult(
    [property: JsonPropertyName("model")] ModelId Model,
    [property: JsonPropertyName("state")] ModelState? State)
{
    private const string Infix = ".phase-";

    /// <summary>Returns the id of the result of a phase, the same at each attempt, so that a repeated one leaves nothing behind.</summary>
    /// <param name="round">The id of the round's model.</param>
    /// <param name="phase">The phase, from 1.</param>
    public static ModelId IdOf(ModelId round, int phase) => ModelId.Parse(FormattableString.Invariant($"{round}{Infix}{phase}"));

    /// <summary>Returns whether an id has the form of those of results.</summary>
    public static bool HasForm(ModelId id) => id.Value.Contains(Infix, StringComparison.Ordinal);
}

/// <summary>The report of one combiner on a round.</summary>
public sealed record CombinerReport
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The id of the model that holds the combiner's result; null when it produced none.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    [JsonPropertyName("status")]
    public required CombinerReportStatus Status { get; init; }

    [JsonPropertyName("jobId")]
    public required string JobId { get; init; }

    /// <summary>The number of clients that got a task.</summary>
    [JsonPropertyName("selected")]
    public int Selected { get; init; }

    /// <summary>The number of clients that were needed.</summary>
    [JsonPropertyName("required")]
    public int Required { get; init; }

    /// <summary>The number of updates in the result.</summary>
    [JsonPropertyName("aggregated")]
    public int Aggregated { get; init; }

    [JsonPropertyName("refused")]
    public int Refused { get; init; }

    /// <summary>The sum of the weights in the result.</summary>
    [JsonPropertyName("weight")]
    public double Weight { get; init; }

    /// <summary>The number of bytes that the clients uploaded.</summary>
    [JsonPropertyName("bytes")]
    public long Bytes { get; init; }

    /// <summary>The time from the tasks to the close, in seconds.</summary>
    [JsonPropertyName("waited")]
    public double Waited { get; init; }

    /// <summary>The time that folding took, in seconds.</summary>
    [JsonPropertyName("aggregating")]
    public double Aggregating { get; init; }

    /// <summary>The total time, in seconds.</summary>
    [JsonPropertyName("total")]
    public double Total { get; init; }
}

/// <summary>The outcome of a round at one combiner. Databases store the names as text.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CombinerReportStatus>))]
public enum CombinerReportStatus
{
    /// <summary>The combiner produced a partial result.</summary>
    [JsonStringEnumMemberName("Success")]
    Success,

    /// <summary>The combiner produced no result.</summary>
    [JsonStringEnumMemberName("Failed")]
    Failed,
}

/// <summary>The durations of reducing and committing a round's model, in seconds.</summary>
public sealed record RoundTimes(
    [property: JsonPropertyName("reduce")] double Reduce,
    [property: JsonPropertyName("commit")] double Commit);

/// <summary>A round about to be opened.</summary>
public sealed record NewRound
{
    /// <summary>The number of the round when the caller assigns it; null for the next number.</summary>
    public long? Number { get; init; }

    /// <summary>The run that the round belongs to; null when a combiner was asked directly.</summary>
    public string? RunId { get; init; }

    /// <summary>The position of the round in its run, from 1.</summary>
    public int Index { get; init; }

    /// <summary>The function that returns the plan for the number of the round.</summary>
    public required Func<long, RoundPlan> Plan { get; init; }

    /// <summary>The id that the round's model will have.</summary>
    public required ModelId Output { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }
}

/// <summary>The clients to which a combiner gave tasks in a phase of a round, and the deadline for their updates.</summary>
public sealed record RoundSelection(long Round, int Phase, string Combiner, IReadOnlyList<ClientId> Clients, DateTimeOffset Deadline);

/// <summary>A model about to become that of its round.</summary>
public sealed record RoundCommit
{
    /// <summary>The number of the round, which must be pending.</summary>
    public required long Round { get; init; }

    /// <summary>The epoch of the activation that commits; it must be the newest of its key.</summary>
    public required LeaderEpoch Epoch { get; init; }

    /// <summary>The record of the model, whose bytes are durable already.</summary>
    public required ModelRecord Model { get; init; }

    public required IReadOnlyList<CombinerReport> Combiners { get; init; }

    /// <summary>The durations of reducing and committing.</summary>
    public required RoundTimes Times { get; init; }
}

/// <summary>A round about to enter its next phase.</summary>
/// <param name="Round">The number of the round, which must be pending.</param>
/// <param name="Phase">The phase that has ended, which must be that of the round.</param>
/// <param name="Epoch">The epoch under which the process commits; it must be the newest.</param>
/// <param name="Result">The result of the phase, whose bytes are durable already.</param>
public sealed record RoundAdvance(long Round, int Phase, LeaderEpoch Epoch, PhaseResult Result);

/// <summary>A round about to end without a model.</summary>
public sealed record RoundFailure
{
    /// <summary>The number of the round, which must be pending.</summary>
    public required long Round { get; init; }

    /// <summary>The epoch of the activation that commits; it must be the newest of its key.</summary>
    public required LeaderEpoch Epoch { get; init; }

    /// <summary>The final status: <see cref="RoundStatus.Failed"/> or <see cref="RoundStatus.Terminated"/>.</summary>
    public required RoundStatus Status { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<CombinerReport> Combiners { get; init; }
}

/// <summary>The outcome of the conditional write that ends a round.</summary>
public enum CommitOutcome
{
    Committed,

    RoundClosed,

    /// <summary>Another activation of the key commits under a later epoch.</summary>
    StaleEpoch,
}
