// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tributary.Rpc;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The registration of the services that gRPC endpoints need.</summary>
public static class RpcServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds the gRPC server side. May be called several times.</summary>
        public IServiceCollection AddRpc(Action<RpcServerOptions>? configure = null)
        {
            services.AddRouting();
            services.Replace(ServiceDescriptor.Singleton<Microsoft.AspNetCore.Connections.IMemoryPoolFactory<byte>, TransportMemory>());
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RpcServerOptions>, RpcServerOptionsValidator>());
            services.TryAddSingleton<RpcServer>();
            services.TryAddSingleton<RpcHealth>();
            var options = services.AddOptions<RpcServerOptions>().ValidateOnStart();
            if (configure is not null)
            {
                options.Configure(configure);
            }

            return services;
        }
    }
}
