// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Connections;

namespace Tributary.Hosting.Forms;

/// <summary>The exception thrown when a form ends before its final boundary.</summary>
public sealed class CutFormException(IOException cut) : Exception(cut.Message, cut)
{
    /// <summary>True when the connection was lost; false when the body arrived in full but without its final boundary.</summary>
    public bool IsConnectionLost => InnerException is ConnectionResetException or { InnerException: not null };
}
