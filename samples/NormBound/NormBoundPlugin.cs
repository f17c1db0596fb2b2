// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Plugins;
using Tributary.Samples.NormBound;

[assembly: Plugin(typeof(NormBoundPlugin))]

namespace Tributary.Samples.NormBound;

/// <summary>The plug-in that brings <see cref="NormBoundedMean"/> into a server.</summary>
public sealed class NormBoundPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services.AddStrategy<NormBoundedMean>();
}
