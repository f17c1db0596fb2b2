// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Tributary.Core.Updates;
using Tributary.Numerics.Parameters;
using Tributary.Storage.Blobs.Files;

namespace Tributary.Storage.Tests;

public sealed class DataFolderTests : FolderTests
{
    [Fact]
    public void Open_InUse_SaysSo()
    {
        using var first = new DataFolder(Folder.Path);

        var error = Assert.Throws<IOException>(() => new DataFolder(Folder.Path));

        Assert.Equal($"The data folder '{Folder.Path}' is in use by another process, or cannot be locked.", error.Message);
    }

    [Fact]
    public void Open_AfterACrash_RemovesWhatIsHalfWrittenAndKeepsTheRest()
    {
        new DataFolder(Folder.Path).Dispose();
        var partial = Write("spool/incoming/upload.1");
        var decoded = Write("spool/rounds/7/update.1");
        var (upload, model) = (Write("spool/uploads/u"), Write("models/m"));

        new DataFolder(Folder.Path).Dispose();

        Assert.Equal((false, false, true, true), (File.Exists(partial), File.Exists(decoded), File.Exists(upload), File.Exists(model)));
    }

    [Theory]
    [InlineData("models")]
    [InlineData("repository")]
    [InlineData("spool")]
    [InlineData("spool/incoming")]
    [InlineData("spool/uploads")]
    [InlineData("spool/rounds")]
    public void Open_AFolderInItIsALink_IsRefusedAndRemovesNothing(string name)
    {
        var data = Folder.Combine("data");
        var other = Folder.Combine("other");
        new DataFolder(data).Dispose();
        Directory.Delete(Path.Combine(data, name), recursive: true);
        Directory.CreateDirectory(Path.Combine(other, "7"));
        File.WriteAllText(Path.Combine(other, "7", "precious"), "");
        File.WriteAllText(Path.Combine(other, "precious"), "");
        Directory.CreateSymbolicLink(Path.Combine(data, name), other);

        var error = Assert.Throws<IOException>(() => new DataFolder(data));

        Assert.StartsWith($"'{Path.Combine(data, name)}' is a symbolic link to '{other}'; expected a folder", error.Message, StringComparison.Ordinal);
        Assert.Equal((true, true), (File.Exists(Path.Combine(other, "precious")), File.Exists(Path.Combine(other, "7", "precious"))));
    }

    [Fact]
    public void Open_LinksAmongWhatIsRemoved_GoWithoutTheirTargets()
    {
        var data = Folder.Combine("data");
        new DataFolder(data).Dispose();
        var precious = Folder.Combine("precious");
        Directory.CreateDirectory(precious);
        var file = Path.Combine(precious, "file");
        File.WriteAllText(file, "");
        Directory.CreateDirectory(Path.Combine(data, "spool/rounds/8"));
        Directory.CreateSymbolicLink(Path.Combine(data, "spool/rounds/round.7.1"), precious);
        Directory.CreateSymbolicLink(Path.Combine(data, "spool/rounds/8/inner"), precious);
        File.CreateSymbolicLink(Path.Combine(data, "spool/incoming/upload.1"), file);

        new DataFolder(Folder.Combine("data")).Dispose();

        Assert.True(File.Exists(file));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(data, "spool/rounds")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(data, "spool/incoming")));
    }

    [Fact]
    public void Open_TheDataFolderItselfIsALink_IsAllowed()
    {
        var real = Folder.Combine("real");
        Directory.CreateDirectory(real);
        Directory.CreateSymbolicLink(Folder.Combine("link"), real);

        new DataFolder(Folder.Combine("link")).Dispose();

        Assert.True(Directory.Exists(Path.Combine(real, "spool/incoming")));
    }

    [Fact]
    public void Open_Folders_AreTheOwnersAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var path = Folder.Combine("data");
        new DataFolder(path).Dispose();

        Assert.All(
            [path, Path.Combine(path, "models"), Path.Combine(path, "spool", "uploads")],
            folder => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(folder)));
    }

    [Theory]
    [InlineData("models/m")]
    [InlineData("repository/0000")]
    public void Open_BytesWithoutTheirDatabase_IsRefusedAndKeepsThem(string file)
    {
        new DataFolder(Folder.Path).Dispose();
        var bytes = Write(file);

        var error = Assert.Throws<InvalidDataException>(() => EmbeddedHost.Open(Folder.Path, TimeProvider.System));

        Assert.Contains("not their database 'tributary.db'", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(bytes));
    }

    [Fact]
    public void Sync_FileThatIsClosed_Throws()
    {
        var path = Write("models/m");
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => FileDurability.Sync(file, path));
    }

    [Fact]
    public void SyncFolder_ThatIsNotThere_Throws()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps names by itself.");

        Assert.Throws<IOException>(() => FileDurability.SyncFolder(Folder.Combine("none")));
    }

    [Fact]
    public void ListUploads_StrangeFile_IsPassedOver()
    {
        using var host = new EmbeddedHost();
        foreach (var name in new[] { ".nfs0001", "u" })
        {
            File.WriteAllText(Path.Combine(host.Path, "spool", "uploads", name), "x");
        }

        Assert.Equal([ModelId.Parse("u")], host.Of<IUpdateSpool>().ListUploads());
    }

    [Fact]
    public async Task Spool_UploadAbandonedAndSetsGone_LeaveNoFilesBehindTheServer()
    {
        using var host = new EmbeddedHost();
        var spool = host.Of<IUpdateSpool>();
        await using (var abandoned = await spool.BeginUploadAsync(Token))
        {
            await abandoned.AppendAsync(new ReadOnlySequence<byte>([1]), Token);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(host.Path, "spool/incoming")));
        var layout = new ParameterLayout([new ArraySpec("0", ElementType.Float32, [4])]);
        spool.CreateParameters(layout).Dispose();
        using (spool.CreateParameters(layout))
        {
            // The file of the first serves the second.
            Assert.Single(Directory.GetFiles(Path.Combine(host.Path, "spool/rounds")));
        }

        (spool as IDisposable)!.Dispose();
        Assert.Empty(Directory.GetFiles(Path.Combine(host.Path, "spool/rounds")));
    }

    private static UnixFileMode Mode(string folder) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder);

    private string Write(string name)
    {
        var path = Folder.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "x");
        return path;
    }
}
