// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Tributary.Client;

/// <summary>The exception for a call or a result that the combiner refuses.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Made by this library alone.")]
public sealed class CombinerException : TributaryException
{
    internal CombinerException(StatusCode? code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The gRPC status code of the call; null when the call succeeded and its answer is the refusal.</summary>
    public StatusCode? Code { get; }
}
