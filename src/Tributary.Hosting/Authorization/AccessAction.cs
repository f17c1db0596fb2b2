// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authorization;

/// <summary>The actions on a resource.</summary>
public enum AccessAction
{
    /// <summary>Listing and reading.</summary>
    Read,

    /// <summary>Adding, changing, starting and ending.</summary>
    Write,

    /// <summary>Becoming one of the clients.</summary>
    Join,

    /// <summary>Getting what is meant for the caller.</summary>
    Receive,

    /// <summary>Handing in what the caller has made.</summary>
    Send,

    /// <summary>Starting rounds, and asking for what that needs.</summary>
    Direct,
}
