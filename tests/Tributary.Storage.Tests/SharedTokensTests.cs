// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Storage.Relational;
using Tributary.Testing;

namespace Tributary.Storage.Tests;

/// <summary>The tokens of a folder that a server uses: both write, and neither spoils the other's work.</summary>
public sealed class SharedTokensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_BesideAServerThatWrites_LosesNothingOnEitherSide()
    {
        var (folder, server) = EmbeddedHost.Open(_folder.Path);
        await using var shared = new ServiceCollection().AddSharedTokens(_folder.Path).BuildServiceProvider();
        var settings = server.GetRequiredService<ISettingStore>();
        var tokens = shared.GetRequiredService<ITokenStore>();

        await Task.WhenAll(Enumerable.Range(0, 60).SelectMany(i => new[]
        {
            Task.Run(async () => await settings.SetAsync($"k{i}", $"{i}", Token), Token),
            Task.Run(async () => await tokens.AddAsync(New($"t{i}"), Token), Token),
        }));

        for (var i = 0; i < 60; i++)
        {
            Assert.Equal($"{i}", await settings.FindAsync($"k{i}", Token));
        }

        var seen = await server.GetRequiredService<ITokenStore>().ListAsync(Token);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"t{i}").Order(), seen.Select(t => t.Principal.Name).Order());
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%AddApiTokens'", "older version")]
    [InlineData("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99')", "newer version")]
    public async Task Open_OtherSchema_IsRefused(string change, string message)
    {
        var (folder, server) = EmbeddedHost.Open(_folder.Path);
        await using (var context = await server.GetRequiredService<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlRawAsync(change, Token);
        }

        var error = Assert.Throws<InvalidDataException>(() => new ServiceCollection().AddSharedTokens(_folder.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public void Open_NoDatabase_IsRefusedAndMakesNone()
    {
        Assert.Throws<InvalidDataException>(() => new ServiceCollection().AddSharedTokens(_folder.Path));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static ApiToken New(string name) => new()
    {
        Principal = new Principal { Name = name, Roles = Roles.Admin },
        Sha256 = name.PadLeft(64, '0'),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
