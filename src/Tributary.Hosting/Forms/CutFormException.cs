// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Connections;

namespace Tributary.Hosting.Forms;

/// <summary>The end of a form before its last boundary.</summary>
public sealed class CutFormException(IOException cut) : Exception(cut.Message, cut)
{
    /// <summary>True when the connection broke off; false when the body came whole, and its boundary did not.</summary>
    public bool IsConnectionLost => InnerException is ConnectionResetException or { InnerException: not null };
}
