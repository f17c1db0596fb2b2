// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Core.Sessions;

public sealed partial class SessionRunner
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Session {SessionId} starts or resumes run {RunId} of {Count} rounds")]
    private partial void LogRunStarted(SessionId sessionId, string runId, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {SessionId} completed run {RunId}")]
    private partial void LogRunCompleted(SessionId sessionId, string runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {SessionId}: its status cannot be read; it is read again in a few seconds")]
    private partial void LogStatusUnknown(Exception error, SessionId sessionId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {SessionId}: run {RunId} waits, because no combiner runs in this process")]
    private partial void LogRunWaits(SessionId sessionId, string runId);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Session {SessionId}: run {RunId} leaves no training result, because the repository role does not run in this process")]
    private partial void LogNoTrainingResult(SessionId sessionId, string runId);
}
