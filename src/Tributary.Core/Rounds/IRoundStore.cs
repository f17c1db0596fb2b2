// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Rounds;

/// <summary>Rounds from opening to outcome. Every change is durable on return, and whole: all of it or nothing.</summary>
public interface IRoundStore
{
    /// <summary>Takes the lead: returns an epoch above all before, under which alone commits are taken from now on.</summary>
    ValueTask<long> AcquireEpochAsync(CancellationToken cancellationToken);

    /// <summary>Adds a pending round, under the next number unless one is given; one that has that number already is returned as it is.</summary>
    ValueTask<RoundRecord> OpenAsync(NewRound round, CancellationToken cancellationToken);

    /// <summary>The round with that number, or null.</summary>
    ValueTask<RoundRecord?> FindAsync(long number, CancellationToken cancellationToken);

    /// <summary>The round at that place of a run, or null.</summary>
    ValueTask<RoundRecord?> FindAsync(string runId, int index, CancellationToken cancellationToken);

    /// <summary>Records which clients a combiner selected, before they get their tasks.</summary>
    ValueTask SelectAsync(RoundSelection selection, CancellationToken cancellationToken);

    /// <summary>What a combiner selected for a round, or null.</summary>
    ValueTask<RoundSelection?> FindSelectionAsync(long round, string combiner, CancellationToken cancellationToken);

    /// <summary>Adds the model and makes the round <see cref="RoundStatus.Success"/>, if the round is pending and the epoch the newest.</summary>
    ValueTask<CommitOutcome> CommitAsync(RoundCommit commit, CancellationToken cancellationToken);

    /// <summary>The pending rounds that a combiner was asked for directly, by number.</summary>
    ValueTask<IReadOnlyList<RoundRecord>> ListPendingDirectAsync(CancellationToken cancellationToken);

    /// <summary>Ends a round that a combiner was asked for directly, and adds its model. False: that job has no such pending round.</summary>
    ValueTask<bool> CompleteDirectAsync(DirectRoundCompletion ending, CancellationToken cancellationToken);

    /// <summary>Ends the round without a model, if it is pending and the epoch the newest.</summary>
    ValueTask<CommitOutcome> FailAsync(RoundFailure abandonment, CancellationToken cancellationToken);

    /// <summary>Makes a <see cref="RoundStatus.Success"/> round <see cref="RoundStatus.Finished"/>.</summary>
    ValueTask FinishAsync(long round, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Rounds by number; filters: <c>session_id</c>, <c>round_id</c>, <c>status</c>.</summary>
    ValueTask<Page<RoundRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}
