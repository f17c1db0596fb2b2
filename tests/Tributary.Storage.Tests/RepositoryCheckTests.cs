// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Storage.Tests;

/// <summary>What records and contents say of each other, on the disk.</summary>
public sealed class RepositoryCheckTests : EmbeddedTests
{
    private IRepositoryMaintenance Maintenance => Of<IRepositoryMaintenance>();

    [Fact]
    public async Task Verify_DamagedFolder_NamesEachFault()
    {
        foreach (var (name, content) in new[] { ("missing", new byte[] { 1 }), ("short", [2, 2]), ("changed", [3, 3, 3]), ("whole", [4]) })
        {
            await Store.AddAsync(Model(name), Token);
            await Store.PutAsync(name, content);
        }

        var files = (await Store.ListFilesAsync(Token)).ToDictionary(f => f.Name.Split('/')[1]);
        File.Delete(Locate(files["missing"].Sha256));
        await File.WriteAllBytesAsync(Locate(files["short"].Sha256), [2], Token);
        await File.WriteAllBytesAsync(Locate(files["changed"].Sha256), [3, 3, 9], Token);
        await File.WriteAllBytesAsync(Locate("orphan.txt"), [9], Token);

        var faults = await Maintenance.VerifyAsync();
        var quick = await Maintenance.VerifyAsync(RepositoryCheck.Lengths, Token).ToListAsync(Token);

        Assert.Equal(
            [
                (RepositoryFaultKind.MissingContent, files["missing"].Sha256, files["missing"].Id),
                (RepositoryFaultKind.UnrecordedContent, "orphan.txt", null),
                (RepositoryFaultKind.WrongDigest, files["changed"].Sha256, files["changed"].Id),
                (RepositoryFaultKind.WrongLength, files["short"].Sha256, files["short"].Id),
            ],
            faults.Select(f => (f.Kind, f.Content, f.FileId)).OrderBy(f => $"{f.Kind}"));
        Assert.Equal("It has 1 bytes; its record says 2.", faults.Single(f => f.Kind == RepositoryFaultKind.WrongLength).Detail);
        Assert.DoesNotContain(quick, f => f.Kind == RepositoryFaultKind.WrongDigest);
        Assert.Equal(3, quick.Count);
    }

    [Fact]
    public async Task Recover_ContentWithoutRecord_IsRemovedAndThatOfANoteStays()
    {
        await Store.AddAsync(Model("m"), Token);
        await Store.PutAsync("m", [1]);
        var noted = (await Store.ListFilesAsync(Token))[0].Sha256;
        await Store.RemoveAsync(RepositoryKind.Model, Key("m"), Token);
        await File.WriteAllBytesAsync(Locate(new string('a', 64)), [9], Token);

        await Maintenance.RecoverAsync(Token);

        Assert.Equal([noted], Directory.GetFiles(Locate("")).Select(Path.GetFileName));
    }

    /// <summary>Whatever is done, in any order, also between restarts: records and contents agree, and what is pointed to is whole.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Sequence_Random_ReferencedIsStored(int seed)
    {
        const int Steps = 150;
        var random = new Random(seed);
        var expected = new Dictionary<string, byte?>();
        for (var step = 0; step < Steps; step++)
        {
            var name = $"m{random.Next(4)}";
            switch (random.Next(10))
            {
                case 0 or 1:
                    Assert.Equal(expected.TryAdd(name, null), await Store.AddAsync(Model(name), Token));
                    break;
                case 2 or 3 or 4:
                    var content = (byte)random.Next(6);
                    Assert.Equal(expected.ContainsKey(name), await Store.PutAsync(name, [content]));
                    if (expected.ContainsKey(name))
                    {
                        expected[name] = content;
                    }

                    break;
                case 5:
                    Assert.Equal(expected.Remove(name), await Store.RemoveAsync(RepositoryKind.Model, Key(name), Token));
                    break;
                case 6:
                    await Maintenance.ApplyAsync(new RepositoryRetention(random.Next(3), random.Next(2) == 0 ? null : TimeSpan.FromHours(random.Next(3))), 0, Token);
                    break;
                case 7:
                    await Maintenance.RemoveOrphanedBlobsAsync(TimeSpan.FromHours(random.Next(3)), Token);
                    break;
                case 8:
                    Host.Time.Advance(TimeSpan.FromHours(1));
                    break;
                default:
                    Host.Restart();
                    await Maintenance.RecoverAsync(Token);
                    break;
            }

            Assert.True((await Maintenance.VerifyAsync()).Count == 0, $"seed {seed}, step {step}: {string.Join(", ", await Maintenance.VerifyAsync())}");
        }

        foreach (var (name, content) in expected)
        {
            Assert.Equal(content is { } one ? [one] : null, await Store.ReadAsync(name));
        }

        Assert.Equal(expected.Count, (await Store.ListAsync(RepositoryKind.Model, null, Token)).Count);
    }

    /// <summary>A page is found by its index, and needs no sorting: otherwise it would cost more the more there is.</summary>
    [Fact]
    public async Task ListPage_IsFoundByItsIndex()
    {
        await using var context = await Of<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token);
        await context.Database.OpenConnectionAsync(Token);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = """EXPLAIN QUERY PLAN SELECT * FROM repository_documents WHERE "Kind" = 0 AND "Sequence" > 5 ORDER BY "Sequence" LIMIT 10""";
        await using var reader = await command.ExecuteReaderAsync(Token);
        var plan = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            plan.Add(reader.GetString(3));
        }

        Assert.Equal(["SEARCH repository_documents USING INDEX IX_repository_documents_Kind_Sequence (Kind=? AND Sequence>?)"], plan);
    }

    private string Locate(string name) => Path.Combine(Host.Path, "repository", name);
}
