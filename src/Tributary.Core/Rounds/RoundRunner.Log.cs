// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Core.Rounds;

public sealed partial class RoundRunner
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Round {RoundId} no longer counts update {UploadId} of client {ClientId}, which it had accepted: the spool cannot read it")]
    private partial void LogUpdateLost(long roundId, ClientId clientId, ModelId uploadId);
}
