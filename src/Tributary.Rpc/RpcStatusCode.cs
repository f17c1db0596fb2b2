// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The status codes of gRPC, with the numbers that go over the wire.</summary>
public enum RpcStatusCode
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>The call was cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>A failure of which nothing more is known.</summary>
    Unknown = 2,

    /// <summary>The request is wrong in any state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call ended.</summary>
    DeadlineExceeded = 4,

    /// <summary>The requested object does not exist.</summary>
    NotFound = 5,

    /// <summary>The object to create already exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and lacks the permission.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is reached: a quota, a message size, a queue.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the server does not allow the call; repeating alone does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with another operation; the caller starts over.</summary>
    Aborted = 10,

    /// <summary>The request reaches past a valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method, or something that it asks for, is not implemented.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the protocol or of the server is broken.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached at present; repeating may help.</summary>
    Unavailable = 14,

    /// <summary>Data are lost or damaged for good.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
