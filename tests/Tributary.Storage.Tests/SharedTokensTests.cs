// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Identity;

namespace Tributary.Storage.Tests;

/// <summary>The tokens of a folder that a server uses: both write, and neither spoils the other's work.</summary>
public sealed class SharedTokensTests : FolderTests
{
    [Fact]
    public async Task Write_BesideAServerThatWrites_LosesNothingOnEitherSide()
    {
        using var server = new EmbeddedHost();
        await using var shared = new ServiceCollection().AddSharedTokens(server.Path).BuildServiceProvider();
        var settings = server.Services.GetRequiredService<ISettingStore>();
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

        var seen = await server.Services.GetRequiredService<ITokenStore>().ListAsync(Token);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"t{i}").Order(), seen.Select(t => t.Principal.Name).Order());
    }

    [Theory]
    [InlineData("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%AddApiTokens'", "older version")]
    [InlineData("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99')", "newer version")]
    public async Task Open_OtherSchema_IsRefused(string change, string message)
    {
        using var server = new EmbeddedHost();
        await using (var context = await server.Services.GetRequiredService<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlRawAsync(change, Token);
        }

        var error = Assert.Throws<InvalidDataException>(() => new ServiceCollection().AddSharedTokens(server.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoDatabase_IsRefusedAndMakesNone()
    {
        Assert.Throws<InvalidDataException>(() => new ServiceCollection().AddSharedTokens(Folder.Path));

        Assert.Empty(Directory.GetFileSystemEntries(Folder.Path));
    }

    private static ApiToken New(string name) => new()
    {
        Principal = new Principal { Name = name, Roles = Roles.Admin },
        Sha256 = name.PadLeft(64, '0'),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
