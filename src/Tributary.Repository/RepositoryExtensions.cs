// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Hosting;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Authorization;
using Tributary.Hosting.Refusals;
using Tributary.Repository.Access;
using Tributary.Repository.Files;
using Tributary.Repository.Integration;
using Tributary.Repository.Maintenance;
using Tributary.Repository.Rest;
using Tributary.Repository.Scanning;
using Tributary.Repository.Signatures;
using Tributary.Repository.V2;

namespace Tributary.Repository;

/// <summary>The repository role: models, results, strategies and transformations over REST.</summary>
public static class RepositoryExtensions
{
    public const string RoleName = "repository";

    public static IServiceCollection AddRepository(this IServiceCollection services)
    {
        services.AddOptions<RepositoryOptions>().BindConfiguration(RepositoryOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RepositoryOptions>, RepositoryOptionsValidator>());
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>());
        services.AddCommon();
        services.AddAccessControl();
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>());
        services.AddOptions<SignatureOptions>().BindConfiguration(SignatureOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SignatureOptions>, SignatureOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<AuthenticationOptions>, RepositoryTokens>());
        services.TryAddSingleton<RepositoryMetrics>();
        services.TryAddSingleton<UploadQuota>();
        services.TryAddSingleton<FileSignatures>();
        services.TryAddSingleton<V2Routes>();
        services.TryAddSingleton<FileScanner>();
        services.TryAddSingleton<FileAccessPolicy>();
        services.TryAddSingleton<PickledWeights>();
        services.TryAddSingleton<FileUpload>();
        services.TryAddSingleton<RepositoryRoutes>();
        services.AddHostedService<RetentionLoop>();
        services.AddIntegration();
        return services;
    }

    /// <summary>Returns the maximum length of a document in a request, in bytes.</summary>
    /// <exception cref="OptionsValidationException">A setting of the repository is invalid.</exception>
    public static int GetMaxDocumentBytes(this IServiceProvider services) =>
        services.GetRequiredService<IOptions<RepositoryOptions>>().Value.MaxDocumentBytes;

    /// <summary>
    /// Adds the REST interface, which matches operations by rules of its own and chooses an endpoint for every request. Protected endpoints come
    /// next.
    /// </summary>
    public static void UseRepository(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        app.UseErrorDialect(new ErrorDialect(RoleName, ErrorResponses.WriteAsync) { UnexpectedError = "Internal Server Error" });
        var router = new Router(services.GetRequiredService<RepositoryRoutes>().All);
        services.GetRequiredService<EndpointCatalog>().Add(RoleName, router.Endpoints);
        app.Use((context, next) =>
        {
            context.SetEndpoint(router.Find(context));
            return next(context);
        });
    }
}
