// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Client;

/// <summary>The exception for a server that refuses or cannot be reached. The message is the server's where it gave one.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "The derived ones are what is thrown.")]
public abstract class TributaryException : Exception
{
    private protected TributaryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
