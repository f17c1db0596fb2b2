// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;

namespace Tributary.Rpc;

/// <summary>Settings of a channel.</summary>
public sealed class RpcChannelOptions
{
    /// <summary>How long making a connection may take before the call fails with UNAVAILABLE. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a connection is silent before the channel asks whether the server is there. Default: never. Servers built on the gRPC core
    /// end connections that ask more often than every 5 minutes, unless they are told to allow it; Tributary takes any delay from 1 s.
    /// </summary>
    public TimeSpan KeepAliveDelay { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long the server may take to answer that before its connection counts as lost. Default 10 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest message taken, after decompression; null for any. Default 4 194 304 bytes.</summary>
    public int? MaxReceiveMessageBytes { get; init; } = RpcServerOptions.DefaultMaxReceiveMessageBytes;

    /// <summary>Sent with every call.</summary>
    public RpcMetadata? Metadata { get; init; }

    /// <summary>Asked before every call; adds what proves the caller, for instance a token, to the metadata. Gets the method's name.</summary>
    public Func<string, RpcMetadata, CancellationToken, ValueTask>? Credentials { get; init; }

    /// <summary>TLS settings, such as roots and client certificates. Default: those of the system. Not used with a custom handler.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Carries the requests instead of the channel's own connections, for instance into a server in memory. The channel does not dispose it.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Measures deadlines. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
