// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.Extensions.Configuration;
using Tributary.Core.Plugins;
using Tributary.Hosting.Origins;
using Tributary.Hosting.Tls;

namespace Tributary.Server;

/// <summary>The settings that a server is started with.</summary>
internal sealed record ServerSettings
{
    /// <summary>The section that the settings are read from.</summary>
    public const string SectionName = "Server";

    /// <summary>The form of an address, for error messages.</summary>
    public const string ExpectedAddress = "http://ADDRESS:PORT or https://ADDRESS:PORT with an IP address or localhost";

    /// <summary>The connections where nothing else is configured.</summary>
    public const int DefaultMaxConnections = 20_000;

    /// <summary>The path of the data folder.</summary>
    public required string Data { get; init; }

    /// <summary>The roles that run, with the addresses of their listeners; in the order of <see cref="ServerRoles.All"/>.</summary>
    public required IReadOnlyList<(ServerRole Role, Uri Address)> Roles { get; init; }

    /// <summary>True when addresses that other machines can reach are allowed although no authentication is configured.</summary>
    public bool Insecure { get; init; }

    /// <summary>The maximum number of connections of each listener; one beyond them is refused.</summary>
    public int MaxConnections { get; init; } = DefaultMaxConnections;

    /// <summary>The path of a dump or an archive that an empty repository is filled from before the first call; empty for none.</summary>
    public string Preload { get; init; } = "";

    /// <summary>The plug-ins that add parts to the server.</summary>
    public IReadOnlyList<IPlugin> Plugins { get; init; } = [];

    /// <summary>Creates settings of a server with all roles on loopback, on ports that the system chooses.</summary>
    public static ServerSettings OnFreePorts(string data) => new()
    {
        Data = data,
        Roles = [.. ServerRoles.All.Select(role => (role, new Uri("http://127.0.0.1:0")))],
    };

    /// <summary>Returns everything that is wrong, each with its name, value and what was expected.</summary>
    public IEnumerable<string> Validate(IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(Data))
        {
            yield return $"{SectionName}:Data is empty; expected a folder.";
        }

        if (MaxConnections < 1)
        {
            yield return FormattableString.Invariant($"{SectionName}:MaxConnections is {MaxConnections}; expected 1 or more.");
        }

        if (Preload.Length > 0 && Roles.All(r => r.Role.Name != Tributary.Repository.RepositoryExtensions.RoleName))
        {
            yield return $"{SectionName}:Preload is '{Preload}', and the repository role does not run in this process; expected it among {SectionName}:Roles.";
        }

        foreach (var (role, address) in Roles)
        {
            if (!(address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) || address.PathAndQuery != "/" || address.UserInfo.Length > 0
                || !TryGetAddress(address, out _))
            {
                yield return $"{SectionName}:{role.Setting} is '{address}'; expected {ExpectedAddress}.";
            }
            else if (address.Port > 0 && Roles.TakeWhile(r => r.Role != role).FirstOrDefault(r => r.Address.Authority == address.Authority).Role is { } other)
            {
                yield return $"{SectionName}:{role.Setting} is '{address}', which {SectionName}:{other.Setting} has too; expected another port.";
            }
            else if (address.Scheme == Uri.UriSchemeHttps && string.IsNullOrEmpty(configuration[$"{TlsOptions.SectionName}:{nameof(TlsOptions.Certificate)}"]))
            {
                yield return $"{SectionName}:{role.Setting} is '{address}', and Tls:Certificate is empty; expected the path of a certificate.";
            }
            else if (!Insecure && !address.IsLoopback && role.FindExposureFault(configuration) is { } fault)
            {
                yield return $"{SectionName}:{role.Setting} is '{address}', which others can reach, {fault}.";
            }
            else if (!role.IsGrpc && !address.IsLoopback && !AllowedHosts.AreConfigured(configuration))
            {
                yield return $"{SectionName}:{role.Setting} is '{address}', which others can reach, and {AllowedHosts.Setting} is not set; "
                    + "expected the names by which they call it, with ';' between, or '*' for any.";
            }
        }
    }

    /// <summary>Finds the IP address of an endpoint. False when its host is a name other than localhost.</summary>
    public static bool TryGetAddress(Uri uri, out IPAddress address)
    {
        if (uri.Host == "localhost")
        {
            address = IPAddress.Loopback;
            return true;
        }

        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out address!);
    }
}
