// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Core.Sessions;

public sealed partial class SessionRunner
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Session {SessionId}: run {RunId} of {Rounds} rounds starts or resumes")]
    private partial void LogRunStarted(SessionId sessionId, string runId, int rounds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {SessionId}: run {RunId} is complete")]
    private partial void LogRunCompleted(SessionId sessionId, string runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "A run of a session was interrupted; it resumes in a few seconds")]
    private partial void LogRunInterrupted(Exception error);
}
