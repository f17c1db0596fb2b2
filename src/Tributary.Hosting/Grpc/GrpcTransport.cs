// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Grpc;

/// <summary>The Kestrel settings for long-lived streams.</summary>
internal sealed class GrpcTransport(IOptions<GrpcOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;

        // HTTP/2 cannot set this limit per call, and a client may leave a stream idle for hours: pings find the dead ones.
        limits.MinResponseDataRate = null;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

        // Above the limit of streams, some clients queue calls without a sign.
        limits.Http2.MaxStreamsPerConnection = 1000;

        // The connection holds several streams whose handlers do not read at present; otherwise they would block all others.
        limits.Http2.InitialStreamWindowSize = options.Value.StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = options.Value.ConnectionWindowBytes;
        limits.Http2.MaxFrameSize = 1 << 20;
    }
}
