// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Combiner;
using Tributary.Controller;
using Tributary.Hosting.Tls;
using Tributary.Repository;

namespace Tributary.Architecture.Tests;

/// <summary>No option reaches the server unchecked.</summary>
public sealed class OptionsTests
{
    /// <summary>Options that are never bound to configuration: callers or roles fill them, and they are checked where they are used.</summary>
    private static readonly string[] OfCallers = ["DecodeOptions", "ModelFormatOptions", "CommonOptions"];

    [Fact]
    public void Options_Bound_HaveARegisteredValidator()
    {
        var services = new ServiceCollection();
        services.AddCombiner();
        services.AddController();
        services.AddRepository();
        services.AddTls();
        var validated = services
            .Where(s => s.ServiceType.IsGenericType && s.ServiceType.GetGenericTypeDefinition() == typeof(IValidateOptions<>)
                && s.ImplementationType?.Assembly.GetName().Name!.StartsWith("Tributary", StringComparison.Ordinal) == true)
            .Select(s => s.ServiceType.GetGenericArguments()[0].Name)
            .ToList();
        var options = Product.Assemblies
            .Where(a => a.GetName().Name != "Tributary.Client")
            .SelectMany(Product.Types)
            .Where(t => t.IsClass && t.Name.EndsWith("Options", StringComparison.Ordinal))
            .Select(t => t.Name);

        Assert.Contains("CombinerOptions", validated);
        Assert.Empty(options.Except(validated).Except(OfCallers));
    }

    [Fact]
    public void Registration_Twice_RegistersOnce()
    {
        var once = new ServiceCollection().AddCombiner().AddController().AddRepository();
        var twice = new ServiceCollection().AddCombiner().AddController().AddRepository().AddCombiner().AddController().AddRepository();

        Assert.Equal(Ours(once), Ours(twice));
    }

    private static List<string> Ours(IServiceCollection services) =>
        [.. services.Select(s => s.ServiceType.FullName!).Where(n => n.StartsWith("Tributary", StringComparison.Ordinal)).Order()];
}
