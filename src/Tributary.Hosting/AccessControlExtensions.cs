// SPDX-License-Identifier: Apache-2.0

using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Authorization;
using Tributary.Hosting.Origins;
using Tributary.Hosting.RateLimits;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting;

/// <summary>The control of access that the listeners of all roles share: who calls, how often, and whether the caller may.</summary>
public static class AccessControlExtensions
{
    /// <summary>Registers the control of access. The tokens of the data folder come from a connector.</summary>
    public static IServiceCollection AddAccessControl(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(EndpointCatalog)))
        {
            return services;
        }

        services.AddRouting();
        services.AddSingleton<EndpointCatalog>();
        services.AddCallerAuthentication();
        services.AddAuthorization();
        services.AddSingleton<AccessHandler>();
        services.AddSingleton<IAuthorizationHandler>(provider => provider.GetRequiredService<AccessHandler>());
        services.AddSingleton<IAuthorizationMiddlewareResultHandler>(provider => provider.GetRequiredService<AccessHandler>());
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>());
        services.AddRateLimiter(_ => { });
        services.AddSingleton<RequestRates>();
        services.AddSingleton<AllowedHosts>();
        return services;
    }

    /// <summary>Returns true when a started server asks its callers for credentials.</summary>
    public static bool AreCredentialsRequired(this IServiceProvider services) => services.GetRequiredService<AuthenticationRequirement>().IsRequired;

    /// <summary>Serves the endpoints of a role, and those that earlier middleware has chosen, to callers that may use them.</summary>
    /// <exception cref="InvalidOperationException">An endpoint does not say what it requires.</exception>
    public static void UseProtectedEndpoints(this IApplicationBuilder app, string role, Action<IEndpointRouteBuilder> map)
    {
        var services = app.ApplicationServices;
        var requirement = services.GetRequiredService<AuthenticationRequirement>();
        var rates = services.GetRequiredService<RequestRates>();
        app.UseRoutingWithHead();
        app.UseOriginCheck(services.GetRequiredService<AllowedHosts>());
        app.Use((context, next) =>
        {
            // Where no credentials are needed, those that are sent are not looked at.
            if (FindRequirement(context) is not { } access)
            {
                context.User = PrincipalIdentity.Unauthenticated;
            }
            else if (!(access.Collection is null ? requirement.IsRequired : requirement.IsRequiredByRepository))
            {
                context.User = PrincipalIdentity.Anyone;
            }

            return next(context);
        });
        app.UseWhen(context => context.User.Identity is not PrincipalIdentity, branch =>
        {
            branch.UseRateLimiter(rates.ByAddress);
            branch.Use((context, next) => AuthenticateAsync(context, next, rates));
            branch.UseRateLimiter(rates.ByPrincipal);
            branch.UseAuthorization();
        });
        app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method.Type: not MethodType.Unary } && FindRequirement(context) is not null,
            branch => branch.Use(services.GetRequiredService<OpenCalls>().HandleAsync));
        app.UseEndpoints(endpoints =>
        {
            map(endpoints);
            services.GetRequiredService<EndpointCatalog>().Add(role, endpoints.DataSources.SelectMany(source => source.Endpoints));
        });
    }

    private static AccessRequirement? FindRequirement(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<AccessRequirement>();

    /// <summary>Finds out who calls, or refuses the request.</summary>
    private static async Task AuthenticateAsync(HttpContext context, RequestDelegate next, RequestRates rates)
    {
        var result = await context.AuthenticateAsync(Schemes.Any);
        if (result.Principal is { } user)
        {
            context.User = user;
            await next(context);
            return;
        }

        var refusal = ToRefusal(result.Failure);
        if (refusal.Reason is RefusalReason.InvalidToken or RefusalReason.ExpiredToken && result.Failure is not CredentialException { IsCounted: true })
        {
            refusal = rates.CountFailure(context) ?? refusal;
        }

        await refusal.ExecuteAsync(context);
    }

    private static Refusal ToRefusal(Exception? failure) => failure switch
    {
        null => new Refusal(RefusalReason.MissingToken),
        CredentialException known => known.Refusal,
        SecurityTokenExpiredException => new Refusal(RefusalReason.ExpiredToken),
        _ => new Refusal(RefusalReason.InvalidToken) { Cause = failure.GetType().Name },
    };
}
