// SPDX-License-Identifier: Apache-2.0

using System.Net;

namespace Tributary.Client.Rest;

/// <summary>The proxy of the system, for servers on other machines alone: a request to this one, and its token, does not leave it.</summary>
internal sealed class BeyondThisMachine(IWebProxy system) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => system.Credentials;
        set => system.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => system.GetProxy(destination);

    public bool IsBypassed(Uri host) => TokenTransport.IsLocal(host) || system.IsBypassed(host);
}
