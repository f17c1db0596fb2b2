// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Clients;

namespace Tributary.Combiner.Tasks;

internal sealed partial class CombinerService
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Client {ClientId} connected")]
    private partial void LogConnected(ClientId clientId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Client {ClientId} got a {Kind} task of round {Round}")]
    private partial void LogTaskSent(ClientId clientId, ClientTaskKind kind, long round);

    [LoggerMessage(Level = LogLevel.Information, Message = "Client {ClientId}: {Reason}")]
    private partial void LogUpdateNotTaken(ClientId clientId, string reason);
}
