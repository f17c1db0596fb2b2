// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Tributary.Storage.Relational;

namespace Tributary.Storage.Health;

/// <summary>The checks of the embedded stores.</summary>
internal static class StorageHealthExtensions
{
    /// <summary>The tag of the checks without which a server is not ready.</summary>
    private const string Ready = "ready";

    public static void AddStorageHealth(this IServiceCollection services)
    {
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>());
        services.AddHealthChecks()
            .Add(Check("database", provider => new DatabaseCheck(provider.GetRequiredService<MetadataDatabase>())))
            .Add(Check("blobs", provider => new FolderCheck(provider.GetRequiredService<DataFolder>(), folder => [folder.Models, folder.Repository])))
            .Add(Check("spool", provider => new FolderCheck(provider.GetRequiredService<DataFolder>(), folder => [folder.Incoming, folder.Uploads, folder.Rounds])))
            .Add(Check("disk", provider => new DiskSpaceCheck(
                provider.GetRequiredService<DataFolder>(), provider.GetRequiredService<IOptions<HealthOptions>>().Value.MinFreeBytes)));
    }

    private static HealthCheckRegistration Check(string name, Func<IServiceProvider, IHealthCheck> create) => new(name, create, failureStatus: null, [Ready]);
}
