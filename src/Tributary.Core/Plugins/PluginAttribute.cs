// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core.Plugins;

/// <summary>The mark of an assembly that is a plug-in: <c>[assembly: Plugin(typeof(MyPlugin))]</c>.</summary>
/// <param name="type">The class that implements <see cref="IPlugin"/>; it needs a public constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PluginAttribute([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type type) : Attribute
{
    /// <summary>The class that implements <see cref="IPlugin"/>.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
    public Type Type { get; } = type;
}
