// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tributary.Rpc;

/// <summary>The Kestrel settings for gRPC.</summary>
public static class RpcKestrelExtensions
{
    extension(KestrelServerOptions options)
    {
        /// <summary>
        /// Sets the limits of the whole server for long-lived streams. Limits that would also weaken other ports of the server (body size,
        /// request rate) are lifted by each gRPC call for itself.
        /// </summary>
        public void ConfigureRpc()
        {
            var limits = options.Limits;
            options.AddServerHeader = false;

            // HTTP/2 cannot set this limit per call, and a client may leave a stream idle for hours: pings find the dead ones.
            limits.MinResponseDataRate = null;
            limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
            limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

            // Above the limit of streams, some clients queue calls without a sign.
            limits.Http2.MaxStreamsPerConnection = 1000;

            // The connection holds several streams whose handlers do not read at present; otherwise they would block all others.
            limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
            limits.Http2.InitialConnectionWindowSize = 16 * 1024 * 1024;
            limits.Http2.MaxFrameSize = 1024 * 1024;
        }
    }
}
