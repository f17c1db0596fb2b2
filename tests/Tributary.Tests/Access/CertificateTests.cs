// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Tributary.Hosting;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Authorization;
using Tributary.Testing.Stores;

namespace Tributary.Tests.Access;

/// <summary>Client certificates, on a listener with TLS of its own.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly TestAuthority _authority = new("authority");
    private readonly TestAuthority _otherAuthority = new("authority");
    private readonly TestAuthority _itself = new("admin");

    public void Dispose()
    {
        _log.Dispose();
        _authority.Dispose();
        _otherAuthority.Dispose();
        _itself.Dispose();
    }

    [Theory]
    [InlineData("authority", "admin", "200 certificate:root")]
    [InlineData("authority", "edge-7", "403 Insufficient permissions")]
    [InlineData("authority", "unknown", "401 Invalid token")]
    [InlineData("other", "admin", "401 Invalid token")]
    [InlineData("itself", "admin", "401 Invalid token")]
    [InlineData("expired", "admin", "401 Invalid token")]
    [InlineData("none", "", "401 Missing token")]
    public async Task Certificate_OfTheAuthority_IsKnownByItsSubject(string issuer, string name, string expected)
    {
        using var certificate = issuer switch
        {
            "authority" => _authority.Issue(name),
            "expired" => _authority.Issue(name, DateTimeOffset.UtcNow.AddDays(-8)),
            "other" => _otherAuthority.Issue(name),
            "itself" => X509CertificateLoader.LoadPkcs12(_itself.Certificate.Export(X509ContentType.Pkcs12), null),
            _ => null,
        };

        Assert.Equal(expected, await CallAsync(certificate, []));
        Assert.Equal(expected.StartsWith("200", StringComparison.Ordinal) ? 1 : 3, _log.All.Count);
    }

    [Fact]
    public async Task Certificate_OfAnEntryWithAThumbprint_IsThatOneAlone()
    {
        using var named = _authority.Issue("admin");
        using var other = _authority.Issue("admin");
        var thumbprint = ("Authentication:Certificates:Entries:0:Thumbprint", named.GetCertHashString(HashAlgorithmName.SHA256));

        Assert.Equal("200 certificate:root", await CallAsync(named, [thumbprint]));
        Assert.Equal("401 Invalid token", await CallAsync(other, [thumbprint]));
    }

    private async Task<string> CallAsync(X509Certificate2? certificate, IEnumerable<(string Name, string Value)> more)
    {
        var token = TestContext.Current.CancellationToken;
        using var server = _authority.Issue("localhost");
        IEnumerable<(string Name, string Value)> settings =
        [
            ("Authentication:Certificates:Authorities:0", _authority.Certificate.ExportCertificatePem()),
            ("Authentication:Certificates:Entries:0:Name", "root"),
            ("Authentication:Certificates:Entries:0:Subject", "CN=admin"),
            ("Authentication:Certificates:Entries:0:Roles:0", "admin"),
            ("Authentication:Certificates:Entries:1:Name", "edge"),
            ("Authentication:Certificates:Entries:1:Subject", "cn=edge-7"),
            ("Authentication:Certificates:Entries:1:Roles:0", "client"),
            ("Authentication:Certificates:Entries:1:ClientId", "a"),
            .. more,
        ];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddProvider(_log);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(https =>
        {
            https.ServerCertificate = server;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        builder.Services.AddAccessControl();
        builder.Services.TryAddSingleton(TimeProvider.System);
        new MemoryStores(new MemoryDisk(), StoreInterceptor.None).AddTo(builder.Services);
        await using var app = builder.Build();
        app.UseProtectedEndpoints("controller", endpoints => endpoints
            .MapGet("/", (HttpContext context) => TypedResults.Text(context.GetPrincipal().Name))
            .Requires(Resource.Sessions, AccessAction.Read));
        await app.StartAsync(token);

        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == server.GetCertHashString();
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!;
        using var http = new HttpClient(handler);
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        var first = await AskAsync();

        // ASP.NET Core keeps the outcome of a certificate: the second request has it from there.
        Assert.Equal(first, await AskAsync());
        return first;

        async Task<string> AskAsync()
        {
            using var answer = await http.GetAsync(address, token);
            var text = await answer.Content.ReadAsStringAsync(token);
            return string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {text}");
        }
    }
}
