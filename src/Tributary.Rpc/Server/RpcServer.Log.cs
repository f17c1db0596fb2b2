// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Rpc;

internal sealed partial class RpcServer
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Call {Method} ended with {Code}: {Detail}")]
    private partial void LogEnded(string method, RpcStatusCode code, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Call {Method} was abandoned by its client")]
    private partial void LogAbandoned(string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "Call {Method} failed with an unhandled exception")]
    private partial void LogFailed(string method, Exception exception);
}
