// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authentication;

/// <summary>The settings of HTTP Basic.</summary>
public sealed class BasicSettings
{
    /// <summary>The users. Default: none; a token is accepted as the password of any user.</summary>
    public IList<UserSettings> Users { get; } = [];
}
