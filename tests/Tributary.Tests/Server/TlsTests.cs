// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Tests.Client;

namespace Tributary.Tests.Server;

/// <summary>TLS on every listener, with a real server and real handshakes.</summary>
public sealed class TlsTests : FolderTests
{
    /// <summary>Stands for a certificate that is followed by the key of another one.</summary>
    private const string WithoutItsKey = "without its key";

    private readonly TestAuthority _authority = new();
    private readonly ErrorWatch _log = new(LogLevel.Warning);

    private string CertificatePath => Folder.Combine("server.pem");

    public override void Dispose()
    {
        _authority.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task Listeners_Https_ServeBothVersionsOfHttpOnOnePort()
    {
        await using var server = await StartAsync();
        using var http = Connect(server, "controller");

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await http.SendAsync(request, Token);

            Assert.Equal((version, "OK"), (response.Version, await response.Content.ReadAsStringAsync(Token)));
        }

        Assert.All(server.Addresses.Values, address => Assert.Equal("https", address.Scheme));
        _log.Verify();
    }

    [Fact]
    public async Task Session_OverTls_Trains()
    {
        await using var server = await StartAsync();
        using var controller = new ControllerClient(server.Addresses["controller"], handler: Handler());
        var events = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = new Participant(
            new ParticipantOptions
            {
                Combiner = server.Addresses["combiner"],
                Name = "a",
                ClientId = "a",
                Authorities = [_authority.Certificate],
                Progress = new Trained(events),
            },
            ParticipantGroup.Adding(1, 1)).RunAsync(stop.Token);
        var model = await controller.Models.UploadAsync(new MemoryStream(NpzModel.Encode(1, 2)), cancellationToken: Token);
        var session = await controller.Sessions.CreateAsync(new SessionSettings { ModelId = model }, Token);
        await controller.WaitForClientsAsync(1);
        await controller.Sessions.StartAsync(session.SessionId, 1, Token);

        Assert.Equal("1", await events.Task.WaitAsync(TestLimits.Step, Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Certificate_Replaced_IsOfferedToNewConnections()
    {
        var clock = new ManualTimeProvider();
        await using var server = await StartAsync(clock: clock);
        var before = await OfferedAsync(server);

        Write("second");
        clock.Advance(TimeSpan.FromSeconds(2));
        var after = await OfferedAsync(server);

        Assert.Equal(("CN=first", "CN=second"), (before, after));
        _log.Verify();
    }

    [Theory]
    [InlineData("no certificate")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(WithoutItsKey)]
    public async Task Certificate_ReplacedByWhatIsNone_StaysInUseWithOneWarning(string? content)
    {
        var clock = new ManualTimeProvider();
        await using var server = await StartAsync(clock: clock);
        File.Delete(CertificatePath);
        if (content is not null)
        {
            using var unmatched = _authority.Issue("unmatched");
            await File.WriteAllTextAsync(CertificatePath, content == WithoutItsKey ? unmatched.ExportCertificatePem() + _authority.IssuePem("other") : content, Token);
        }

        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal("CN=first", await OfferedAsync(server));
        }

        Assert.Contains("has changed and cannot be used; the previous content stays in use", Assert.Single(_log.Take()), StringComparison.Ordinal);
        Write("second");
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=second", await OfferedAsync(server));
        _log.Verify();
    }

    /// <summary>Kubernetes renews a secret by moving the link to the directory of its files; at the path itself, nothing changes.</summary>
    [Fact]
    public async Task Certificate_BehindALinkThatMoves_IsOfferedToNewConnections()
    {
        var clock = new ManualTimeProvider();
        Mount("..2026_01", "first");
        File.CreateSymbolicLink(Folder.Combine("tls.crt"), Path.Combine("..data", "tls.crt"));
        File.CreateSymbolicLink(Folder.Combine("tls.key"), Path.Combine("..data", "tls.key"));
        await using var server = await StartAsync(new() { ["Tls:Certificate"] = Folder.Combine("tls.crt"), ["Tls:Key"] = Folder.Combine("tls.key") }, clock);
        var before = await OfferedAsync(server);

        Directory.Delete(Folder.Combine("..data"));
        Mount("..2026_02", "second");
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(("CN=first", "CN=second"), (before, await OfferedAsync(server)));
        _log.Verify();

        void Mount(string version, string name)
        {
            using var certificate = _authority.Issue(name);
            using var key = certificate.GetECDsaPrivateKey()!;
            Directory.CreateDirectory(Folder.Combine(version));
            File.WriteAllText(Folder.Combine(Path.Combine(version, "tls.crt")), certificate.ExportCertificatePem());
            File.WriteAllText(Folder.Combine(Path.Combine(version, "tls.key")), key.ExportPkcs8PrivateKeyPem());
            Directory.CreateSymbolicLink(Folder.Combine("..data"), version);
        }
    }

    [Fact]
    public async Task ClientCertificate_Required_ConnectionWithoutFails()
    {
        await using var server = await StartAsync(new() { ["Tls:ClientCertificates"] = "Require" });
        using var without = Connect(server, "controller");
        using var handler = Handler();
        using var own = _authority.Issue("client");
        handler.SslOptions.ClientCertificates = [own];
        using var with = new HttpClient(handler) { BaseAddress = server.Addresses["controller"] };

        await Assert.ThrowsAsync<HttpRequestException>(() => without.GetStringAsync("/health", Token));
        Assert.Equal("OK", await with.GetStringAsync("/health", Token));
    }

    [Theory]
    [InlineData("pfx")]
    [InlineData("encrypted key")]
    public async Task Certificate_WithAPassword_IsRead(string kind)
    {
        using var certificate = _authority.Issue("first");
        var settings = new Dictionary<string, string?> { ["Tls:Password"] = "secret" };
        if (kind == "pfx")
        {
            settings["Tls:Certificate"] = Folder.Combine("server.pfx");
            await File.WriteAllBytesAsync(Folder.Combine("server.pfx"), certificate.Export(X509ContentType.Pkcs12, "secret"), Token);
        }
        else
        {
            settings["Tls:Key"] = Folder.Combine("server.key");
            using var key = certificate.GetECDsaPrivateKey()!;
            var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
            await File.WriteAllTextAsync(Folder.Combine("server.key"), key.ExportEncryptedPkcs8PrivateKeyPem("secret", parameters), Token);
            await File.WriteAllTextAsync(CertificatePath, certificate.ExportCertificatePem(), Token);
        }

        await using var server = await StartAsync(settings);

        Assert.Equal("CN=first", await OfferedAsync(server));
    }

    [Fact]
    public void Settings_Wrong_AreRefusedWithTheirNames()
    {
        var configuration = ServerConfiguration.Load(new Dictionary<string, string?> { ["Server:Controller"] = "https://127.0.0.1:0", ["Server:Combiner"] = "ftp://127.0.0.1" }, _ => null);

        Assert.False(ServerConfiguration.TryRead(configuration, out _, out var errors));
        Assert.Contains("Server:Controller is 'https://127.0.0.1:0', and Tls:Certificate is empty; expected the path of a certificate.", errors.Select(e => e.Replace(":0/", ":0", StringComparison.Ordinal)));
        Assert.Contains(errors, e => e.StartsWith("Server:Combiner is 'ftp://127.0.0.1/'; expected http://ADDRESS:PORT or https://ADDRESS:PORT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("missing.pem", "Tls:Certificate 'missing.pem' cannot be used: ")]
    [InlineData("", "Tls:Certificate is empty although Tls:Key or Tls:ClientCertificates is set; expected the path of a certificate.")]
    public async Task Certificate_Unusable_StopsTheStart(string path, string message)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(new() { ["Tls:Certificate"] = path, ["Tls:ClientCertificates"] = "Allow" }));

        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assignment_NameAndCertificateAdvertised_TellsThem()
    {
        Write("first");
        await using var server = await StartAsync(new() { ["Combiner:AdvertisedFqdn"] = "fl.example.org", ["Combiner:AdvertisedCertificate"] = CertificatePath });
        using var http = Connect(server, "controller");

        using var response = await http.PostAsync("/api/v1/clients/add", new StringContent("""{"name": "a", "package": "local"}"""), Token);
        var assigned = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;

        Assert.Equal("fl.example.org", assigned["fqdn"]!.GetValue<string>());
        Assert.Equal(await File.ReadAllBytesAsync(CertificatePath, Token), Convert.FromBase64String(assigned["certificate"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("", "0", true)]
    [InlineData("", "443", false)]
    [InlineData("fl.example.org", "0", false)]
    public async Task Tokens_ClientsOfFednWouldNotSendThem_AreWarnedAbout(string fqdn, string port, bool isWarned)
    {
        await using var server = await StartAsync(new()
        {
            ["Combiner:AdvertisedFqdn"] = fqdn,
            ["Combiner:AdvertisedPort"] = port,
            ["Authentication:Tokens:0:Name"] = "a",
            ["Authentication:Tokens:0:Sha256"] = new string('a', 64),
            ["Authentication:Tokens:0:Roles:0"] = "admin",
        });

        if (isWarned)
        {
            _log.Expect("they send a token only to port 443 or to a name");
        }

        _log.Verify();
    }

    private async Task<TributaryServer> StartAsync(Dictionary<string, string?>? more = null, TimeProvider? clock = null)
    {
        if (!File.Exists(CertificatePath))
        {
            Write("first");
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Tls:Certificate"] = CertificatePath })
            .AddInMemoryCollection(more ?? [])
            .Build();
        var settings = ServerSettings.OnFreePorts(Folder.Combine("data"));
        return await TributaryServer.StartAsync(
            settings with { Roles = [.. settings.Roles.Select(r => (r.Role, new Uri("https://127.0.0.1:0")))] },
            configuration,
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(_log);
                if (clock is not null)
                {
                    builder.Services.AddSingleton(clock);
                }
            },
            Token);
    }

    private void Write(string name) => File.WriteAllText(CertificatePath, _authority.IssuePem(name));

    private SocketsHttpHandler Handler()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_authority.Certificate);
        return new SocketsHttpHandler { SslOptions = new() { CertificateChainPolicy = policy } };
    }

    private HttpClient Connect(TributaryServer server, string role) => new(Handler()) { BaseAddress = server.Addresses[role] };

    private async Task<string> OfferedAsync(TributaryServer server)
    {
        string? subject = null;
        using var handler = Handler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            subject = certificate?.Subject;
            return errors == System.Net.Security.SslPolicyErrors.None;
        };
        using var http = new HttpClient(handler) { BaseAddress = server.Addresses["controller"] };
        Assert.Equal("OK", await http.GetStringAsync("/health", Token));
        return subject!;
    }

    private sealed class Trained(TaskCompletionSource<string> done) : IProgress<ParticipantEvent>
    {
        public void Report(ParticipantEvent value)
        {
            if (value is ParticipantEvent.TaskCompleted { Kind: TaskKind.Training } trained)
            {
                done.TrySetResult(trained.RoundId);
            }
        }
    }
}
