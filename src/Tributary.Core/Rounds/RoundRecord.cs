// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;
using Tributary.Core.Combiners;
using Tributary.Core.Models;

namespace Tributary.Core.Rounds;

/// <summary>Where a round stands. The names are the words of the wire and of the database.</summary>
public enum RoundStatus
{
    /// <summary>Opened; not yet committed.</summary>
    Pending = 0,

    /// <summary>Its model is committed; validation has not been asked for yet.</summary>
    Success = 1,

    /// <summary>Everything done.</summary>
    Finished = 2,

    /// <summary>Ended without a model.</summary>
    Failed = 3,

    /// <summary>Ended from outside without a model.</summary>
    Terminated = 4,
}

/// <summary>A round and its outcome.</summary>
public sealed record RoundRecord
{
    /// <summary>Numbered on across sessions, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>The run that it belongs to; null when a combiner was asked directly.</summary>
    public string? RunId { get; init; }

    /// <summary>Its place in the run, from 1.</summary>
    public int Index { get; init; }

    /// <summary>Where it stands.</summary>
    public required RoundStatus Status { get; init; }

    /// <summary>What the combiners are asked to do.</summary>
    public required RoundPlan Plan { get; init; }

    /// <summary>The id that its model has or will have: fixed at the opening, so that a repeated commit writes the same thing.</summary>
    public required ModelId Output { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>What each combiner reported.</summary>
    public IReadOnlyList<CombinerReport> Combiners { get; init; } = [];

    /// <summary>How long reducing and committing took.</summary>
    public RoundTimes? Times { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>What one combiner reported of a round.</summary>
public sealed record CombinerReport
{
    /// <summary>The combiner.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The model that holds its result; null when it produced none.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The outcome at this combiner.</summary>
    [JsonPropertyName("status")]
    public required CombinerReportStatus Status { get; init; }

    /// <summary>Its job.</summary>
    [JsonPropertyName("jobId")]
    public required string JobId { get; init; }

    /// <summary>Clients that got a task.</summary>
    [JsonPropertyName("selected")]
    public int Selected { get; init; }

    /// <summary>Clients that were needed.</summary>
    [JsonPropertyName("required")]
    public int Required { get; init; }

    /// <summary>Updates in the result.</summary>
    [JsonPropertyName("aggregated")]
    public int Aggregated { get; init; }

    /// <summary>Updates that were refused.</summary>
    [JsonPropertyName("refused")]
    public int Refused { get; init; }

    /// <summary>The sum of the weights in the result.</summary>
    [JsonPropertyName("weight")]
    public double Weight { get; init; }

    /// <summary>Bytes that the clients uploaded.</summary>
    [JsonPropertyName("bytes")]
    public long Bytes { get; init; }

    /// <summary>Seconds from the tasks to the close.</summary>
    [JsonPropertyName("waited")]
    public double Waited { get; init; }

    /// <summary>Seconds that the folding took.</summary>
    [JsonPropertyName("aggregating")]
    public double Aggregating { get; init; }

    /// <summary>Seconds in all.</summary>
    [JsonPropertyName("total")]
    public double Total { get; init; }
}

/// <summary>The outcome of a round at one combiner. The names are kept as text in databases.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CombinerReportStatus>))]
public enum CombinerReportStatus
{
    /// <summary>A partial result.</summary>
    [JsonStringEnumMemberName("Success")]
    Success,

    /// <summary>No result.</summary>
    [JsonStringEnumMemberName("Failed")]
    Failed,
}

/// <summary>Seconds that the end of a round took.</summary>
public sealed record RoundTimes(
    [property: JsonPropertyName("reduce")] double Reduce,
    [property: JsonPropertyName("commit")] double Commit);

/// <summary>A round about to be opened.</summary>
public sealed record NewRound
{
    /// <summary>Its number when somebody else numbers; null takes the next.</summary>
    public long? Number { get; init; }

    /// <summary>The run that it belongs to; null when a combiner was asked directly.</summary>
    public string? RunId { get; init; }

    /// <summary>Its place in the run, from 1.</summary>
    public int Index { get; init; }

    /// <summary>Makes the plan for the number that the round gets.</summary>
    public required Func<long, RoundPlan> Plan { get; init; }

    /// <summary>The id that its model will have.</summary>
    public required ModelId Output { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset OpenedAt { get; init; }
}

/// <summary>Which clients a combiner gave tasks in a round, and until when it takes their updates.</summary>
public sealed record RoundSelection(long Round, string Combiner, IReadOnlyList<ClientId> Clients, DateTimeOffset Deadline);

/// <summary>A model about to become the round's.</summary>
public sealed record RoundCommit
{
    /// <summary>The round; it has to be pending.</summary>
    public required long Round { get; init; }

    /// <summary>The epoch under which the controller leads; it has to be the newest.</summary>
    public required long Epoch { get; init; }

    /// <summary>The model; its bytes are durable already.</summary>
    public required ModelRecord Model { get; init; }

    /// <summary>What the combiners reported.</summary>
    public required IReadOnlyList<CombinerReport> Combiners { get; init; }

    /// <summary>How long it took.</summary>
    public required RoundTimes Times { get; init; }
}

/// <summary>A round about to end without a model.</summary>
public sealed record RoundFailure
{
    /// <summary>The round; it has to be pending.</summary>
    public required long Round { get; init; }

    /// <summary>The epoch under which the controller leads; it has to be the newest.</summary>
    public required long Epoch { get; init; }

    /// <summary><see cref="RoundStatus.Failed"/> or <see cref="RoundStatus.Terminated"/>.</summary>
    public required RoundStatus Status { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>What the combiners reported.</summary>
    public required IReadOnlyList<CombinerReport> Combiners { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>How the conditional write ended that closes a round.</summary>
public enum CommitOutcome
{
    /// <summary>It is done.</summary>
    Committed,

    /// <summary>The round is not pending any more.</summary>
    RoundClosed,

    /// <summary>Another controller leads.</summary>
    StaleEpoch,
}
