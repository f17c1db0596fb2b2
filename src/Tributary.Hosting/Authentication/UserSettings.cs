// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authentication;

/// <summary>The settings of a user with a password.</summary>
public sealed class UserSettings : PrincipalSettings
{
    /// <summary>The hash of the password, as <c>tributary user hash</c> prints it.</summary>
    public string PasswordHash { get; set; } = "";
}
