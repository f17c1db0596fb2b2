// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Clients;

namespace Tributary.Combiner.Services;

internal sealed partial class CombinerService
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Client {ClientId} connected")]
    private partial void LogConnected(ClientId clientId);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Client {ClientId} opened a task stream while its earlier one was still open, which was ended: a second process may use the id, "
            + "or the earlier connection was lost")]
    private partial void LogTakenOver(ClientId clientId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Client {ClientId} received a {Kind} task of round {RoundId}")]
    private partial void LogTaskSent(ClientId clientId, ClientTaskKind kind, long roundId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The update of client {ClientId} was not accepted: {Reason}")]
    private partial void LogUpdateNotTaken(ClientId clientId, string reason);
}
