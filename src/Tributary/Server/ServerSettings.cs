// SPDX-License-Identifier: Apache-2.0

using System.Net;

namespace Tributary.Server;

/// <summary>What a server is started with.</summary>
internal sealed record ServerSettings
{
    /// <summary>The section that <see cref="Data"/>, <see cref="Insecure"/> and the addresses are read from.</summary>
    public const string SectionName = "Server";

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>Where the combiner listens for gRPC.</summary>
    public required Uri Combiner { get; init; }

    /// <summary>Where the controller listens for REST.</summary>
    public required Uri Controller { get; init; }

    /// <summary>Where <c>/livez</c> and <c>/readyz</c> are.</summary>
    public required Uri Operations { get; init; }

    /// <summary>Where the repository listens for REST.</summary>
    public required Uri Repository { get; init; }

    /// <summary>Allows addresses beyond loopback although no authentication is configured.</summary>
    public bool Insecure { get; init; }

    /// <summary>Whether the repository asks for tokens, or it was said that it need not: then others may reach it.</summary>
    public bool IsRepositoryAccessSaid { get; init; }

    /// <summary>A dump or an archive that an empty repository is filled from before the first call; empty for none.</summary>
    public string Preload { get; init; } = "";

    /// <summary>Loopback, and ports that the system chooses: several servers can run beside each other.</summary>
    public static ServerSettings OnFreePorts(string data) => new()
    {
        Data = data,
        Combiner = new Uri("http://127.0.0.1:0"),
        Controller = new Uri("http://127.0.0.1:0"),
        Operations = new Uri("http://127.0.0.1:0"),
        Repository = new Uri("http://127.0.0.1:0"),
    };

    /// <summary>Everything that is wrong, each with its name, value and what was expected.</summary>
    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(Data))
        {
            yield return $"{SectionName}:Data is empty; expected a folder.";
        }

        var addresses = new[]
        {
            (nameof(Combiner), Combiner), (nameof(Controller), Controller), (nameof(Operations), Operations), (nameof(Repository), Repository),
        };
        foreach (var (name, address) in addresses)
        {
            if (!address.IsAbsoluteUri || address.Scheme != Uri.UriSchemeHttp || !TryGetAddress(address, out _))
            {
                yield return $"{SectionName}:{name} is '{address}'; expected http://ADDRESS:PORT with an IP address or localhost.";
            }
            else if (!Insecure && !address.IsLoopback && name == nameof(Repository))
            {
                if (!IsRepositoryAccessSaid)
                {
                    yield return $"{SectionName}:{name} is '{address}', which others can reach, and there are no Repository:Access:Tokens; expected tokens, a loopback address, or Repository:Access:Open=true.";
                }
            }
            else if (!Insecure && !address.IsLoopback)
            {
                yield return $"{SectionName}:{name} is '{address}', which others can reach, and no authentication is configured; expected a loopback address, or --insecure.";
            }
        }
    }

    /// <summary>The IP address of an endpoint.</summary>
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
