// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tributary.Rpc;

/// <summary>Kestrel settings for gRPC.</summary>
public static class RpcKestrelExtensions
{
    extension(KestrelServerOptions options)
    {
        /// <summary>
        /// Sets the limits of the whole server as long-lived streams need them. Limits that would also weaken other ports of the server
        /// (body size, request rate) are lifted by each gRPC call for itself.
        /// </summary>
        public void ConfigureRpc()
        {
            var limits = options.Limits;
            options.AddServerHeader = false;

            // HTTP/2 has no such limit per call, and a client may rest for hours on a stream: pings find the dead ones.
            limits.MinResponseDataRate = null;
            limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
            limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

            // Above the limit of streams some clients queue in silence.
            limits.Http2.MaxStreamsPerConnection = 1000;

            // The connection takes several streams whose handlers do not read at present, or they would block all others.
            limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
            limits.Http2.InitialConnectionWindowSize = 16 * 1024 * 1024;
            limits.Http2.MaxFrameSize = 1024 * 1024;
        }
    }
}
