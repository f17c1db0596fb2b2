// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Tributary.Client;

/// <summary>The exception for a repository that refuses a request, gives an answer that makes no sense, or cannot be reached.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Made by this library alone.")]
public sealed class RepositoryException : TributaryException
{
    internal RepositoryException(HttpStatusCode? status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>The HTTP status; null when no answer was received.</summary>
    public HttpStatusCode? Status { get; }
}
