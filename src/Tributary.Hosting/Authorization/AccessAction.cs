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
}
