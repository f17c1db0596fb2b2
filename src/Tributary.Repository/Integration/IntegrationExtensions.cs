// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Tributary.Core.Reports;
using Tributary.Core.Sessions;

namespace Tributary.Repository.Integration;

/// <summary>The registration of what brings models and strategies into sessions and records outcomes as training results.</summary>
internal static class IntegrationExtensions
{
    public static void AddIntegration(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelSource, RepositoryModelImporter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStrategySource, RepositoryStrategies>());
        services.TryAddSingleton<TrainingResultRecorder>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISessionListener, TrainingResultRecorder>(Recorder));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReportListener, TrainingResultRecorder>(Recorder));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrainingResultRecorder>(Recorder));

        static TrainingResultRecorder Recorder(IServiceProvider provider) => provider.GetRequiredService<TrainingResultRecorder>();
    }
}
