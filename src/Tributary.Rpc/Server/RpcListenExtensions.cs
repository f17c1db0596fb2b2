// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tributary.Rpc;

/// <summary>The listener settings for gRPC.</summary>
public static class RpcListenExtensions
{
    extension(ListenOptions options)
    {
        /// <summary>Restricts a listener to HTTP/2; without TLS a port cannot serve HTTP/1.1 as well.</summary>
        public void UseRpc() => options.Protocols = HttpProtocols.Http2;
    }
}
