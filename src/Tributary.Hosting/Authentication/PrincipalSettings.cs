// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Identity;

namespace Tributary.Hosting.Authentication;

/// <summary>The settings of a principal.</summary>
public abstract class PrincipalSettings
{
    /// <summary>The name in logs and in the audit log.</summary>
    public string Name { get; set; } = "";

    /// <summary>The roles: <c>client</c>, <c>combiner</c>, <c>controller</c>, <c>admin</c>. Default: none.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>The only client that the principal may act for. Default: none.</summary>
    public string? ClientId { get; set; }

    /// <summary>
    /// The access to each collection of the repository: <c>read</c>, <c>write</c> or <c>admin</c>; <c>*</c> stands for all that are not named.
    /// Default: none.
    /// </summary>
    public IDictionary<string, string> Collections { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The maximum total length in bytes of the files stored by the principal at one time. Default: no limit.</summary>
    public long? MaxBytes { get; set; }

    /// <summary>The maximum number of files stored by the principal at one time. Default: no limit.</summary>
    public long? MaxFiles { get; set; }

    internal Principal ToPrincipal(string prefix) => new()
    {
        Name = prefix + Name,
        Roles = RoleNames.Of(Roles),
        Client = Core.ClientId.TryParse(ClientId, out var client) ? client : null,
        Grants = Grants.Of(Collections),
        MaxBytes = MaxBytes,
        MaxFiles = MaxFiles,
    };
}
