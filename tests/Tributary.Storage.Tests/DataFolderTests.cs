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
    public async Task Spool_UploadAbandonedAndRoundRemoved_LeaveNoFiles()
    {
        using var host = new EmbeddedHost();
        var spool = host.Of<IUpdateSpool>();
        await using (var abandoned = await spool.BeginUploadAsync(Token))
        {
            await abandoned.AppendAsync(new ReadOnlySequence<byte>([1]), Token);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(host.Path, "spool/incoming")));
        var layout = new ParameterLayout([new ArraySpec("0", ElementType.Float32, [4])]);
        spool.CreateParameters(7, "a", layout).Dispose();
        spool.CreateParameters(7, "b", layout).Dispose();
        spool.RemoveParameters(7, "a");
        Assert.Single(Directory.GetFiles(Path.Combine(host.Path, "spool/rounds/7")));
        spool.RemoveRound(7);
        Assert.Empty(Directory.GetDirectories(Path.Combine(host.Path, "spool/rounds")));
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
