// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Hosting.Authentication;

namespace Tributary.Server;

/// <summary>A part that a server can run on a listener of its own.</summary>
internal sealed record ServerRole
{
    /// <summary>The name in <c>--roles</c>, and of the option that sets the address.</summary>
    public required string Name { get; init; }

    /// <summary>The address where nothing else is configured.</summary>
    public required string DefaultAddress { get; init; }

    /// <summary>The description of the listener in the help of the command line.</summary>
    public required string Serves { get; init; }

    /// <summary>True when the role runs in every server and cannot be chosen.</summary>
    public bool IsAlwaysOn { get; init; }

    /// <summary>Registers the role.</summary>
    public Action<IServiceCollection> Register { get; init; } = _ => { };

    /// <summary>Sets the protocol of the listener.</summary>
    public Action<ListenOptions> Listen { get; init; } = listener => listener.Protocols = HttpProtocols.Http1;

    /// <summary>True when the listener serves gRPC, whose authority is not checked.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>Adds the middleware before the routing.</summary>
    public Action<IApplicationBuilder> Use { get; init; } = _ => { };

    /// <summary>Maps the endpoints.</summary>
    public Action<IEndpointRouteBuilder> Map { get; init; } = _ => { };

    /// <summary>Tells the role where its listener is: before the start where the port is configured, and after it.</summary>
    public Action<IServiceProvider, Uri> Announce { get; init; } = (_, _) => { };

    /// <summary>Returns why an address that other machines can reach is refused; null when it is not. <c>--insecure</c> allows every address.</summary>
    public Func<IConfiguration, string?> FindExposureFault { get; init; } = configuration => AuthenticationOptions.IsConfiguredIn(configuration)
        ? null
        : "and no authentication is configured; expected settings of Authentication, a loopback address, or --insecure";

    /// <summary>The name of the setting that holds the address, within <see cref="ServerSettings.SectionName"/>.</summary>
    public string Setting => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(Name);
}
