// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Core.Rounds;
using Tributary.Hosting;

namespace Tributary.Server;

/// <summary>The check that clients of FEDn can show their tokens at the address that they are told.</summary>
internal static partial class AdvertisedAddressCheck
{
    /// <summary>The only port on which they use TLS; with a name of <see cref="CombinerAddress.Fqdn"/> they use this port.</summary>
    private const int TlsPort = 443;

    public static void Warn(IServiceProvider services)
    {
        if (services.AreCredentialsRequired() && services.GetRequiredService<LocalCombinerLink>().Address is { Port: not TlsPort, Fqdn: null } address)
        {
            LogTokensAreNotSent(services.GetRequiredService<ILoggerFactory>().CreateLogger("Tributary.Combiner"), address.Port);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Calls need credentials, and clients of FEDn are told port {Value}: they send a token only to port 443 or to a name; "
            + "set Combiner:AdvertisedPort to 443 or Combiner:AdvertisedFqdn")]
    private static partial void LogTokensAreNotSent(ILogger logger, int value);
}
