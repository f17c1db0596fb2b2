// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Core.Rounds;

public sealed partial class RoundExecutor
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} committed model {ModelId} from {Count} updates")]
    private partial void LogRoundCommitted(long roundId, ModelId modelId, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {RoundId} ended as {Status} without a model: {Reason}")]
    private partial void LogRoundEndedWithoutModel(long roundId, RoundStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Round {RoundId} failed because of an internal error")]
    private partial void LogRoundFailed(Exception error, long roundId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The commit of round {RoundId} was refused: {Outcome}")]
    private partial void LogCommitRefused(long roundId, CommitOutcome outcome);
}
