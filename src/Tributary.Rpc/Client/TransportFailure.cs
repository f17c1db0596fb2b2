// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The mapping of failures of HTTP/2 or of the connection to the status of a call.</summary>
internal static class TransportFailure
{
    public static RpcException ToException(Exception exception)
    {
        if (Find(exception) is { } protocol)
        {
            return new RpcException(CodeOf(protocol.ErrorCode), $"The server ended the stream with HTTP/2 code {protocol.ErrorCode}", exception);
        }

        return exception switch
        {
            HttpRequestException => new RpcException(RpcStatusCode.Unavailable, "The server cannot be reached", exception),
            IOException => new RpcException(RpcStatusCode.Unavailable, "The connection to the server was lost", exception),
            OperationCanceledException { InnerException: TimeoutException } =>
                new RpcException(RpcStatusCode.Unavailable, "The server did not accept the connection in time", exception),
            OperationCanceledException => new RpcException(RpcStatusCode.Cancelled, "The call was cancelled", exception),
            _ => new RpcException(RpcStatusCode.Internal, "The call failed", exception),
        };
    }

    private static HttpProtocolException? Find(Exception? exception) => exception switch
    {
        null => null,
        HttpProtocolException protocol => protocol,
        _ => Find(exception.InnerException),
    };

    private static RpcStatusCode CodeOf(long errorCode) => errorCode switch
    {
        // PROTOCOL_ERROR also ends a connection whose keepalive is not answered.
        0x1 or 0x7 => RpcStatusCode.Unavailable,
        0x8 => RpcStatusCode.Cancelled,
        0xb => RpcStatusCode.ResourceExhausted,
        0xc => RpcStatusCode.PermissionDenied,
        _ => RpcStatusCode.Internal,
    };
}
