// SPDX-License-Identifier: Apache-2.0

using System.Text;
using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Storage.Tests;

/// <summary>A dump comes back as it was, or not at all.</summary>
public sealed class RepositoryDumpTests : IDisposable
{
    private readonly MemoryHost _memory = new();
    private readonly EmbeddedHost _embedded = new();

    public void Dispose()
    {
        _memory.Dispose();
        _embedded.Dispose();
    }

    [Fact]
    public async Task Dump_RestoredElsewhere_IsEqual()
    {
        await FillAsync(_embedded);
        var big = new byte[3_000_001];
        new Random(1).NextBytes(big);
        await _embedded.Of<IRepositoryStore>().PutAsync("n", big);

        var dump = await DumpAsync(_embedded);
        Assert.StartsWith(Encoding.UTF8.GetString(RepositoryDump.Magic), Encoding.UTF8.GetString(dump.AsSpan(0, 100)), StringComparison.Ordinal);
        Assert.Equal(new DumpCounts(3, 4, 3), await RestoreAsync(_memory, dump));

        Assert.Equal(dump, await DumpAsync(_memory));
        using var other = new EmbeddedHost();
        await RestoreAsync(other, dump);
        other.Restart();
        Assert.Equal(dump, await DumpAsync(other));
        Assert.Equal(big, await other.Of<IRepositoryStore>().ReadAsync("n"));
        Assert.Empty(await other.Of<IRepositoryMaintenance>().VerifyAsync());
    }

    [Fact]
    public async Task Dump_OfNothing_IsADump()
    {
        var dump = await DumpAsync(_memory);

        Assert.Equal(new DumpCounts(0, 0, 0), await RestoreAsync(_embedded, dump));
        Assert.Equal(2, Encoding.UTF8.GetString(dump).Count(c => c == '\n'));
    }

    [Fact]
    public async Task Restore_AnyByteAltered_ChangesNothingAndSaysWhere()
    {
        await FillAsync(_memory);
        var dump = await DumpAsync(_memory);
        using var target = new MemoryHost();
        for (var i = 0; i < dump.Length; i++)
        {
            dump[i] ^= 1;
            var error = await Assert.ThrowsAsync<InvalidDataException>(() => RestoreAsync(target, dump));
            Assert.Matches("^The dump is wrong at byte [0-9]+: .+\\.$", error.Message);
            dump[i] ^= 1;
        }

        Assert.True(await target.Of<IRepositoryTransfer>().IsEmptyAsync(Token));
    }

    [Fact]
    public async Task Restore_CutAnywhere_ChangesNothing()
    {
        await FillAsync(_memory);
        var dump = await DumpAsync(_memory);
        using var target = new MemoryHost();
        for (var length = 0; length < dump.Length; length++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => RestoreAsync(target, dump[..length]));
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => RestoreAsync(target, [.. dump, (byte)'\n']));
        Assert.True(await target.Of<IRepositoryTransfer>().IsEmptyAsync(Token));
    }

    [Theory]
    [InlineData("", "The dump is wrong at byte 0: it ends within a line, or without an end.")]
    [InlineData("""{"format":"tributary-repository","version":2}""", "The dump is wrong at byte 0: version 1 of the format 'tributary-repository' is expected.")]
    [InlineData("""{"format":"tributary-repository","version":1}|{"content":{"sha256":"00","length":4}}|abc""", "The dump is wrong at byte 88: it ends within a content.")]
    [InlineData(
        """{"format":"tributary-repository","version":1}|{"file":{"id":"1","name":"n","length":0,"sha256":"../../x","uploaded_at":"2026-01-01T00:00:00Z"}}""",
        "The dump is wrong at byte 46: the file 1 appears twice, or has no content of its length.")]
    [InlineData("""{"format":"tributary-repository","version":1}|{}""", "The dump is wrong at byte 46: a content, a file, a document or the end is expected.")]
    public async Task Restore_ForgedDump_SaysWhatIsExpected(string lines, string message)
    {
        var text = lines.Length == 0 ? "" : lines.Replace('|', '\n') + (lines.EndsWith("abc", StringComparison.Ordinal) ? "" : "\n");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => RestoreAsync(_embedded, Encoding.UTF8.GetBytes(text)));

        Assert.Equal(message, error.Message);
        Assert.Empty(Directory.GetFiles(Path.Combine(_embedded.Path, "repository")));
        Assert.Empty(Directory.GetFiles(Path.Combine(_embedded.Path, "spool", "incoming")));
    }

    [Fact]
    public async Task Dump_DamagedContent_FailsAndNamesIt()
    {
        await FillAsync(_embedded);
        var content = Directory.GetFiles(Path.Combine(_embedded.Path, "repository"))[0];
        await File.WriteAllBytesAsync(content, [9, 9, 9, 9], Token);
        var damaged = await Assert.ThrowsAsync<InvalidDataException>(() => DumpAsync(_embedded));
        File.Delete(content);
        var missing = await Assert.ThrowsAsync<InvalidDataException>(() => DumpAsync(_embedded));

        Assert.Equal($"The content {Path.GetFileName(content)} is damaged; 'repository check --digests' lists all faults.", damaged.Message);
        Assert.Equal($"The content {Path.GetFileName(content)} is missing; 'repository check' lists all faults.", missing.Message);
    }

    /// <summary>Three documents, one replaced file, one content that two files share.</summary>
    private static async Task FillAsync(StoreHost host)
    {
        var store = host.Of<IRepositoryStore>();
        await store.AddAsync(Model("m") with { Document = """{"a":"\n\u0000ü"}""" }, Token);
        await store.AddAsync(Model("n"), Token);
        await store.AddAsync(new RepositoryEntry { Kind = RepositoryKind.TrainingResult, Key = RepositoryKey.Of(null, "x"), Document = "{}", FileId = "none" }, Token);
        await store.PutAsync("m", "one\n"u8.ToArray());
        await store.PutAsync("m", "two"u8.ToArray());
        await store.PutAsync("n", "one\n"u8.ToArray());
    }

    private static async Task<byte[]> DumpAsync(StoreHost host)
    {
        using var output = new MemoryStream();
        await RepositoryDump.WriteAsync(host.Of<IRepositoryTransfer>(), output, Token);
        return output.ToArray();
    }

    private static async Task<DumpCounts?> RestoreAsync(StoreHost host, byte[] dump)
    {
        DumpCounts? counts = null;
        Assert.True(await host.Of<IRepositoryTransfer>().LoadAsync(
            LoadMode.Empty, async (load, token) => counts = await RepositoryDump.ReadAsync(new MemoryStream(dump), load, token), Token));
        return counts;
    }
}
