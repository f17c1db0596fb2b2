// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Adaptive;
using Tributary.Core.Aggregation.Asynchronous;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Aggregation.Robust;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Core.Updates;

namespace Tributary.Core;

/// <summary>The registration of the domain. The stores and the spool come from a connector.</summary>
public static class CoreServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers clients, rounds and updates: the domain of a combiner.</summary>
        public IServiceCollection AddRounds()
        {
            services.AddCommon();
            services.TryAddSingleton<ClientRoster>();
            services.TryAddSingleton<OpenRounds>();
            services.TryAddSingleton<KeyedLock<ModelId>>();
            services.TryAddSingleton<UpdateTraces>();
            services.TryAddSingleton<UpdateDecoder>();
            services.TryAddSingleton<UpdateReceiver>();
            services.TryAddSingleton<UploadReceiver>();
            services.TryAddSingleton<RoundPreparation>();
            services.TryAddSingleton<RoundRunner>();
            services.TryAddSingleton<ValidationRequests>();
            services.TryAddSingleton<LocalCombinerLink>();
            services.TryAddSingleton<DirectRounds>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IKeyedWork, DirectRounds>(provider => provider.GetRequiredService<DirectRounds>()));
            services.TryAddEnumerable(ServiceDescriptor.Singleton<ICombinerLink, LocalCombinerLink>(provider => provider.GetRequiredService<LocalCombinerLink>()));
            return services;
        }

        /// <summary>Registers sessions: the domain of a controller.</summary>
        public IServiceCollection AddSessions()
        {
            services.AddCommon();
            if (!services.Any(service => service.ImplementationType == typeof(SessionOptionsValidator)))
            {
                services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.SectionName).ValidateOnStart();
                services.AddSingleton<IValidateOptions<SessionOptions>, SessionOptionsValidator>();
            }

            services.TryAddSingleton<SessionLifecycle>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IKeyedWork, SessionRunner>());
            return services;
        }

        /// <summary>Registers the service that runs sessions and direct rounds, after the services that restore the state from before a restart.</summary>
        public IServiceCollection AddCoordination()
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CoordinationLoop>());
            return services;
        }

        /// <summary>Registers a strategy under its name; one that is registered already is not added again.</summary>
        public IServiceCollection AddStrategy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStrategy>()
            where TStrategy : class, IStrategy
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IStrategy, TStrategy>());
            return services;
        }

        /// <summary>Registers what every role shares: the settings of combiners, strategies, formats and reports.</summary>
        public IServiceCollection AddCommon()
        {
            // Bound once, although several roles of one process ask for it.
            if (!services.Any(service => service.ImplementationType == typeof(CombinerOptionsValidator)))
            {
                services.AddOptions<CombinerOptions>().BindConfiguration(CombinerOptions.SectionName).ValidateOnStart();
                services.AddSingleton<IValidateOptions<CombinerOptions>, CombinerOptionsValidator>();
            }

            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton(IdSource.Unpredictable);
            services.AddStrategy<FedAvg>();
            services.AddStrategy<FaultTolerantFedAvg>();
            services.AddStrategy<QFedAvg>();
            services.AddStrategy<FedAvgM>();
            services.AddStrategy<FedAdam>();
            services.AddStrategy<FedYogi>();
            services.AddStrategy<FedAdagrad>();
            services.AddStrategy<FedOpt>();
            services.AddStrategy<FedMedian>();
            services.AddStrategy<FedTrimmedAvg>();
            services.AddStrategy<Krum>();
            services.AddStrategy<MultiKrum>();
            services.AddStrategy<Bulyan>();
            services.AddStrategy<GeometricMedianStrategy>();
            services.AddStrategy<FedBuff>();
            services.TryAddSingleton<StrategyRegistry>();
            services.TryAddSingleton<ReportLog>();
            services.TryAddSingleton<ModelFormats>();
            services.TryAddSingleton<ModelConverter>();
            services.TryAddSingleton<RoundSettingsCheck>();
            services.TryAddSingleton<TrainingMetrics>();
            services.TryAddSingleton<RoundModelReader>();
            services.TryAddSingleton<RoundReducer>();
            services.TryAddSingleton<RoundExecutor>();
            services.TryAddSingleton<InProcessCoordinator>();
            services.TryAddSingleton<ICoordinator>(provider => provider.GetRequiredService<InProcessCoordinator>());
            return services;
        }
    }
}
