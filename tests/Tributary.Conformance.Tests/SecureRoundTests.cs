// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Conformance.Tests;

/// <summary>A round over TLS with tokens, between a real server and grpcio.</summary>
public sealed class SecureRoundTests : FolderTests
{
    [Fact]
    public async Task Round_OverTlsWithATokenBoundToItsClient_IsTrained()
    {
        await Grpcio.GenerateAsync(Folder.Path);
        using var authority = new TestAuthority();
        await File.WriteAllTextAsync(Folder.Combine("authority.pem"), authority.Certificate.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(Folder.Combine("server.pem"), authority.IssuePem("server"), Token);
        var client = await CreateTokenAsync("a", "--role", "client", "--client-id", "id-a");
        var admin = await CreateTokenAsync("admin", "--role", "admin");
        await using var server = await ServerProcess.StartAsync(
            new ServerStart(Folder.Combine("data"))
            {
                Scheme = Uri.UriSchemeHttps,
                Environment = new Dictionary<string, string> { ["TRIBUTARY__Tls__Certificate"] = Folder.Combine("server.pem") },
            },
            Token);

        var output = await Grpcio.RunAsync(
            "secure_round.py",
            server.Combiner.Port.ToString(CultureInfo.InvariantCulture),
            server.Controller.ToString().TrimEnd('/'),
            Folder.Combine("authority.pem"),
            client,
            admin,
            Folder.Path);

        Assert.Equal(
            [
                "wrong UNAUTHENTICATED", "foreign PERMISSION_DENIED", "rest wrong 401", "rest client 403", "assigned 200 assigned", "started 200", "update RECEIVED",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(client, server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(admin, server.Errors, StringComparison.Ordinal);
    }

    private async Task<string> CreateTokenAsync(string name, params string[] options)
    {
        var (code, output) = await ServerProcess.RunAsync(null, ["token", "create", name, "--data", Folder.Combine("data"), .. options], Token);
        Assert.Equal(0, code);
        return output.Trim();
    }
}
