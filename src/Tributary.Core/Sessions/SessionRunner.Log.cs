// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core.Rounds;

namespace Tributary.Core.Sessions;

public sealed partial class SessionRunner
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Session {SessionId}: run {RunId} of {Rounds} rounds begins or goes on")]
    private partial void LogRunBegins(SessionId sessionId, string runId, int rounds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {SessionId}: run {RunId} has ended")]
    private partial void LogRunEnds(SessionId sessionId, string runId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {Round} committed model {ModelId} from {Count} updates")]
    private partial void LogRoundCommitted(long round, ModelId modelId, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {Round} ended as {Status}: {Reason}")]
    private partial void LogRoundAbandoned(long round, RoundStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Round {Round} failed")]
    private partial void LogRoundFailed(Exception error, long round);

    [LoggerMessage(Level = LogLevel.Error, Message = "The commit of round {Round} was refused: {Outcome}")]
    private partial void LogCommitRefused(long round, CommitOutcome outcome);

    [LoggerMessage(Level = LogLevel.Error, Message = "A run was interrupted; it is taken up again in a few seconds")]
    private partial void LogRunInterrupted(Exception error);
}
