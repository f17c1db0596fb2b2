// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using System.Net;
using Tributary.Rpc;

namespace Tributary.Client;

/// <summary>A server that refuses, or cannot be reached. The message is the server's where it gave one.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "The derived ones are what is thrown.")]
public abstract class TributaryException : Exception
{
    private protected TributaryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The controller refuses a request, gives an answer that makes no sense, or cannot be reached.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Made by this library alone.")]
public sealed class ControllerException : TributaryException
{
    internal ControllerException(HttpStatusCode? status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; }
}

/// <summary>The repository refuses a request, gives an answer that makes no sense, or cannot be reached.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Made by this library alone.")]
public sealed class RepositoryException : TributaryException
{
    internal RepositoryException(HttpStatusCode? status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; }
}

/// <summary>The combiner refuses a call or a result.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Made by this library alone.")]
public sealed class CombinerException : TributaryException
{
    internal CombinerException(RpcStatusCode? code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The gRPC status of the call; null when the call went well and its answer is the refusal.</summary>
    public RpcStatusCode? Code { get; }
}
