// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The settings of the server side, the same for all methods.</summary>
public sealed class RpcServerOptions
{
    /// <summary>The default of <see cref="MaxReceiveMessageBytes"/>.</summary>
    public const int DefaultMaxReceiveMessageBytes = 4 * 1024 * 1024;

    /// <summary>The default of <see cref="MaxDetailBytes"/>.</summary>
    public const int DefaultMaxDetailBytes = 1024;

    /// <summary>
    /// The maximum length in bytes of a received message, after decompression. Default 4 194 304. A longer message ends its call with
    /// RESOURCE_EXHAUSTED before it is buffered.
    /// </summary>
    public int MaxReceiveMessageBytes { get; set; } = DefaultMaxReceiveMessageBytes;

    /// <summary>
    /// The maximum length of a sent status text in encoded bytes. Default 1 024. Clients take about 8 KiB of metadata in an answer: with a
    /// longer text they would not see the status at all.
    /// </summary>
    public int MaxDetailBytes { get; set; } = DefaultMaxDetailBytes;

    /// <summary>True when gzip messages are accepted; otherwise their calls end with UNIMPLEMENTED. Default true.</summary>
    public bool AcceptGzip { get; set; } = true;

    /// <summary>The compression of answers when the client understands it. Default: none.</summary>
    public RpcCompression ResponseCompression { get; set; } = RpcCompression.Identity;

    /// <summary>
    /// The interceptors, run in their order before every handler, after the call is parsed. One that throws <see cref="RpcException"/> ends
    /// the call with that status.
    /// </summary>
    public IList<Func<RpcCall, Task>> Interceptors { get; } = [];
}
