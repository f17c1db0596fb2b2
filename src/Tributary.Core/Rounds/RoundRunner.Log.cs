// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Core.Rounds;

public sealed partial class RoundRunner
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Round {Round}: the accepted update {UpdateId} of client {ClientId} cannot be read from the spool any more; it does not count")]
    private partial void LogUpdateLost(long round, ClientId clientId, ModelId updateId);
}
