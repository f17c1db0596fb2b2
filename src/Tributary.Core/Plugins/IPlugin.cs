// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;

namespace Tributary.Core.Plugins;

/// <summary>A plug-in: an assembly of its own that adds strategies and other parts to a server.</summary>
/// <remarks>
/// <c>Server:Plugins</c> names the assembly. It is loaded at the start, before anything else is set up, and the class that its
/// <see cref="PluginAttribute"/> names is created by its constructor without parameters. A plug-in is code with all the rights of the server.
/// </remarks>
public interface IPlugin
{
    /// <summary>
    /// The sections of the settings that the plug-in reads, each with the type of its options. A name in a section that the options do not have
    /// is refused at the start, as those of the server are.
    /// </summary>
    IReadOnlyDictionary<string, Type> Sections => new Dictionary<string, Type>();

    /// <summary>Registers the parts of the plug-in: for a strategy, <c>services.AddStrategy&lt;MyStrategy&gt;()</c>.</summary>
    void Register(IServiceCollection services);
}
