// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Certificate;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Authentication;

internal static class AuthenticationExtensions
{
    private const string JwtBeginning = "eyJ";

    /// <summary>Registers the schemes, of which the one that fits a request is picked by what the request carries.</summary>
    public static void AddCallerAuthentication(this IServiceCollection services)
    {
        services.AddOptions<AuthenticationOptions>().BindConfiguration(AuthenticationOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuthenticationOptions>, AuthenticationOptionsValidator>());
        services.TryAddSingleton<ApiTokens>();
        services.TryAddSingleton<UserPasswords>();
        services.TryAddSingleton<AuthenticationRequirement>();
        services.AddHostedService(provider => provider.GetRequiredService<AuthenticationRequirement>());
        services.TryAddSingleton<OpenCalls>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenCalls>());
        services.AddAuthentication()
            .AddPolicyScheme(Schemes.Any, null, scheme => scheme.ForwardDefaultSelector = Pick)
            .AddScheme<AuthenticationSchemeOptions, CredentialHandler>(Schemes.Credential, null)
            .AddJwtBearer(Schemes.Jwt, _ => { })
            .AddCertificate(Schemes.Certificate)
            .AddCertificateCache();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<JwtBearerOptions>, JwtSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<CertificateAuthenticationOptions>, CertificateSetup>());

        // A refusal is logged once, with what an operator needs; the handlers' own lines repeat it.
        services.AddLogging(logging => logging
            .AddFilter(typeof(CredentialHandler).FullName, LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Authorization", LogLevel.Error));
    }

    private static string Pick(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<AuthenticationOptions>>().Value;
        var header = CredentialHeader.Read(context.Request, options.Scheme);
        return header.Kind switch
        {
            CredentialKind.None when options.Certificates.IsConfigured && context.Connection.ClientCertificate is not null => Schemes.Certificate,
            CredentialKind.Token when options.Jwt.IsConfigured && IsJwt(header.Secret) => Schemes.Jwt,
            _ => Schemes.Credential,
        };
    }

    private static bool IsJwt(string token) => token.StartsWith(JwtBeginning, StringComparison.Ordinal) && token.Count(c => c == '.') == 2;
}
