// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Tributary.Tests.Server;

/// <summary>The settings and options of version 0.1.0 keep working under their names.</summary>
public sealed class CompatibilityTests : FolderTests
{
    /// <summary>Every setting of 0.1.0 with a value that it took.</summary>
    public static TheoryData<string, string> Settings => new()
    {
        { "Server:Data", "elsewhere" },
        { "Server:Combiner", "http://127.0.0.1:1" },
        { "Server:Controller", "http://127.0.0.1:2" },
        { "Server:Operations", "http://127.0.0.1:3" },
        { "Server:Repository", "http://127.0.0.1:4" },
        { "Server:Insecure", "true" },
        { "Server:MaxConnections", "100" },
        { "Server:Preload", "repository.dump" },
        { "Server:Plugins", "" },
        { "Combiner:Name", "c-1" },
        { "Combiner:AdvertisedHost", "combiner.example" },
        { "Combiner:AdvertisedPort", "443" },
        { "Combiner:AdvertisedFqdn", "combiner.example" },
        { "Combiner:AdvertisedCertificate", "" },
        { "Combiner:MaxClients", "5" },
        { "Combiner:MaxConnectedClients", "50" },
        { "Combiner:ClientTimeout", "00:00:20" },
        { "Combiner:ReturnTime", "00:00:10" },
        { "Combiner:MaxModelBytes", "1000000" },
        { "Combiner:AggregationThreads", "2" },
        { "Combiner:ConcurrentDecodes", "2" },
        { "Combiner:AllowNonFinite", "true" },
        { "Combiner:UploadRetention", "1.00:00:00" },
        { "Sessions:MaxActive", "5" },
        { "Repository:MaxFileBytes", "1000000" },
        { "Repository:MaxDocumentBytes", "100000" },
        { "Repository:MaxExpandedBytes", "0" },
        { "Repository:Pickles", "enforce" },
        { "Repository:AllowedImports:Models:0", "torch" },
        { "Repository:AllowedImports:Strategies:0", "flwr" },
        { "Repository:AllowedImports:Transformations:0", "pandas" },
        { "Repository:AllowedImports:Weights:0", "numpy" },
        { "Repository:Results:Coerce", "preserve" },
        { "Repository:Access:Open", "true" },
        { "Repository:Retention:KeepNewest", "3" },
        { "Repository:Retention:KeepFor", "7.00:00:00" },
        { "Repository:Retention:Grace", "00:30:00" },
        { "Repository:Signatures:Required:0", "models" },
        { "Repository:LegacySettings", "true" },
        { "Repository:LegacySettings", "false" },
    };

    /// <summary>Every command of 0.1.0 with all of its options.</summary>
    public static TheoryData<string> Lines =>
    [
        "serve --data d --combiner http://127.0.0.1:1 --controller http://127.0.0.1:2 --operations http://127.0.0.1:3 --repository http://127.0.0.1:4 "
            + "--insecure --preload f --set Combiner:MaxClients=5",
        "demo --seed 1 --participants 3 --rounds 2 --shuffle-labels --data d --json",
        "demo --attack 2 --strategy fedmedian",
        "session start --model m --strategy fedadam --strategy-parameters {}",
        "client --controller http://127.0.0.1:2 --shard 0 --of 2 --seed 1 --name n --client-id c",
        "session start --controller http://127.0.0.1:2 --model m --rounds 2 --name n --strategy fedavg --clients-required 1 --wait --json",
        "session start --initial-model m.npz",
        "session start --digits --seed 1",
        "session status ID --controller http://127.0.0.1:2",
        "session list --controller http://127.0.0.1:2 --limit 5 --json",
        "session stop ID --controller http://127.0.0.1:2",
        "model upload m.npz --controller http://127.0.0.1:2 --name n --json",
        "model list --controller http://127.0.0.1:2 --session s --limit 5 --json",
        "model download ID m.npz --controller http://127.0.0.1:2",
        "repository check --data d --digests --json",
        "repository dump f --data d --json",
        "repository restore f --data d --replace --json",
        "repository import f --data d --replace --json",
        "repository export f --data d --gzip --json",
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public Task Setting_UnderItsName_IsTaken(string name, string value) => StartAsync(new() { [name] = value });

    [Fact]
    public async Task Settings_OfTokensAndKeys_AreTaken()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await StartAsync(new()
        {
            ["Repository:Signatures:Keys:release"] = key.ExportSubjectPublicKeyInfoPem(),
            ["Repository:Access:Tokens:0:Name"] = "ci",
            ["Repository:Access:Tokens:0:Sha256"] = new string('a', 64),
            ["Repository:Access:Tokens:0:Roles:models"] = "write",
            ["Repository:Access:Tokens:0:Roles:*"] = "read",
            ["Repository:Access:Tokens:0:MaxBytes"] = "1000000",
            ["Repository:Access:Tokens:0:MaxFiles"] = "100",
        });
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_OfAnEarlierVersion_IsRead(string line) => Assert.Empty(TributaryCommand.Create().Parse(line).Errors);

    [Fact]
    public void Settings_OfTheServer_AreAllInTheList() => Assert.Equal(
        ["Server:Roles"], ServerConfiguration.Names.Except(Settings.Select(row => row.Data.Item1)));

    private async Task StartAsync(Dictionary<string, string?> settings)
    {
        var configuration = ServerConfiguration.Load(settings, _ => null);

        Assert.True(ServerConfiguration.TryRead(configuration, out _, out var errors), string.Join(' ', errors));
        var warnings = new ErrorWatch(LogLevel.Warning);
        await using (await TributaryServer.StartAsync(
            ServerSettings.OnFreePorts(Folder.Combine("data")),
            configuration,
            builder => builder.Logging.ClearProviders().AddProvider(warnings),
            Token))
        {
        }

        // A name that is kept for its users alone says so in one warning.
        foreach (var (name, warning) in new[] { ("Repository:Access:Open", "Repository:Access:Open is true"), ("Repository:Access:Tokens:0:Name", "Repository:Access:Tokens is an old setting") })
        {
            if (settings.ContainsKey(name))
            {
                warnings.Expect(warning);
            }
        }

        warnings.Verify();
    }
}
