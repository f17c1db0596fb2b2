// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Rounds;

/// <summary>
/// The store of rounds, from opening to outcome. Every change is atomic and survives the end of the process. All are safe from a loss of power on
/// return, except a selection and the end of a round's work, which are with the next change: both can be made again, and an update that counts comes after them.
/// </summary>
public interface IRoundStore
{
    /// <summary>Adds a pending round under the given or the next number; returns a round that already has the number unchanged.</summary>
    ValueTask<RoundRecord> OpenAsync(NewRound round, CancellationToken cancellationToken);

    /// <summary>Returns the round with the given number, or null.</summary>
    ValueTask<RoundRecord?> FindAsync(long number, CancellationToken cancellationToken);

    /// <summary>Returns the round at the given position of a run, or null.</summary>
    ValueTask<RoundRecord?> FindAsync(string runId, int index, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the number of models that the session of a round has committed in this round and later ones; null when the session has no run in
    /// progress, as a direct round's has not.
    /// </summary>
    ValueTask<int?> FindStalenessAsync(long number, CancellationToken cancellationToken);

    /// <summary>Records the clients that a combiner selected, before they get their tasks.</summary>
    ValueTask SelectAsync(RoundSelection selection, CancellationToken cancellationToken);

    /// <summary>Returns the selection of a combiner for a phase of a round, or null.</summary>
    ValueTask<RoundSelection?> FindSelectionAsync(long round, int phase, string combiner, CancellationToken cancellationToken);

    /// <summary>Takes a pending round to its next phase with the result of the one before, if the epoch is the newest of its key.</summary>
    ValueTask<CommitOutcome> AdvanceAsync(RoundAdvance advance, CancellationToken cancellationToken);

    /// <summary>
    /// Adds the model with the strategy's state and sets a pending round to <see cref="RoundStatus.Success"/>, if the epoch is the newest of its key.
    /// The states of the session's earlier models are dropped from their records.
    /// </summary>
    ValueTask<CommitOutcome> CommitAsync(RoundCommit commit, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the rounds requested from a combiner directly that are not finished, by number; those whose plan names no
    /// combiner are every combiner's.
    /// </summary>
    ValueTask<IReadOnlyList<RoundRecord>> ListUnfinishedDirectAsync(string combiner, CancellationToken cancellationToken);

    /// <summary>Ends the round without a model, if the round is pending and the epoch is the newest of its key.</summary>
    ValueTask<CommitOutcome> FailAsync(RoundFailure failure, CancellationToken cancellationToken);

    /// <summary>Records that nothing is left of a decided round's work: <see cref="RoundStatus.Success"/> becomes <see cref="RoundStatus.Finished"/>, a failure stays one.</summary>
    ValueTask FinishAsync(long round, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Lists rounds by number; filters: <c>session_id</c>, <c>run_id</c>, <c>round_id</c>, <c>status</c>.</summary>
    ValueTask<Page<RoundRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}
