// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Tls;

/// <summary>The registration of TLS and its use by listeners.</summary>
public static class TlsExtensions
{
    /// <summary>Registers the certificate of the server.</summary>
    public static IServiceCollection AddTls(this IServiceCollection services)
    {
        services.AddOptions<TlsOptions>().BindConfiguration(TlsOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TlsOptions>, TlsOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ServerCertificate>();
        return services;
    }

    /// <summary>Serves a listener over TLS, with HTTP/1.1 and HTTP/2 on its one port.</summary>
    public static void UseTls(this ListenOptions listener)
    {
        var services = listener.ApplicationServices;
        var certificate = services.GetRequiredService<ServerCertificate>();
        var mode = services.GetRequiredService<IOptions<TlsOptions>>().Value.ClientCertificates;
        listener.Protocols = HttpProtocols.Http1AndHttp2;
        listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current,
                ClientCertificateRequired = mode != Tls.ClientCertificateMode.None,

                // Who issued a certificate is checked by authentication, so that a wrong one is answered in words.
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null || mode != Tls.ClientCertificateMode.Require,
            }),
        });
    }
}
