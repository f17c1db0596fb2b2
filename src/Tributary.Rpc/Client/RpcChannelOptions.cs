// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;

namespace Tributary.Rpc;

/// <summary>The settings of a channel.</summary>
public sealed class RpcChannelOptions
{
    /// <summary>The time that making a connection may take before the call fails with UNAVAILABLE. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time of silence on a connection after which the channel probes the server. Default: never. Servers built on the gRPC core close
    /// connections that probe more often than every 5 minutes, unless they are configured to allow it; Tributary allows any delay from 1 s.
    /// </summary>
    public TimeSpan KeepAliveDelay { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The time that the server may take to answer a probe before its connection counts as lost. Default 10 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum length in bytes of a received message, after decompression; null for no limit. Default 4 194 304.</summary>
    public int? MaxReceiveMessageBytes { get; init; } = RpcServerOptions.DefaultMaxReceiveMessageBytes;

    /// <summary>The metadata sent with every call.</summary>
    public RpcMetadata? Metadata { get; init; }

    /// <summary>
    /// The callback that adds the caller's credentials, for instance a token, to the metadata before every call. It receives the method's
    /// name.
    /// </summary>
    public Func<string, RpcMetadata, CancellationToken, ValueTask>? Credentials { get; init; }

    /// <summary>
    /// The TLS settings, for instance roots and client certificates. Default: the system's. Not used with a custom handler.
    /// </summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// The handler that carries the requests instead of the channel's own connections, for instance into a server in memory. The channel
    /// does not dispose it.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The clock that measures deadlines. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
