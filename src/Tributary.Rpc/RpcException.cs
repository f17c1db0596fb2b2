// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>
/// The exception that ends a call with a status other than OK. A handler throws it to answer with that status; a client receives it. Its
/// text is sent to the peer.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>Creates an exception with a code and a text.</summary>
    public RpcException(RpcStatusCode code, string detail)
        : this(new RpcStatus(code, detail), null, null)
    {
    }

    /// <summary>Creates an exception with a code, a text and its cause. The cause stays on this side of the wire.</summary>
    public RpcException(RpcStatusCode code, string detail, Exception? innerException)
        : this(new RpcStatus(code, detail), null, innerException)
    {
    }

    /// <summary>Creates an exception with a status and trailers.</summary>
    /// <exception cref="ArgumentException">The status is OK.</exception>
    public RpcException(RpcStatus status, RpcMetadata? trailers = null, Exception? innerException = null)
        : base(Checked(status).ToString(), innerException)
    {
        Status = status;
        Trailers = trailers ?? new RpcMetadata();
    }

    /// <summary>The status of the call; never OK.</summary>
    public RpcStatus Status { get; }

    /// <summary>The metadata received or sent with the status.</summary>
    public RpcMetadata Trailers { get; }

    private static RpcStatus Checked(RpcStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Code != RpcStatusCode.Ok ? status : throw new ArgumentException("OK is not a failure.", nameof(status));
    }
}
