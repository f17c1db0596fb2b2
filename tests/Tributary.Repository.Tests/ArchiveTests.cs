// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Tributary.MongoArchive;
using Tributary.Storage;

namespace Tributary.Repository.Tests;

/// <summary>Archives of mongodump by an independent writer come in whole or not at all, and ours are read back by it.</summary>
public sealed class ArchiveTests : FolderTests
{
    private static readonly byte[] Model = [.. Enumerable.Range(0, 262_120).Select(i => (byte)(i * 7 % 251))];
    private static readonly byte[] Weights = [.. Enumerable.Range(0, 768).Select(i => (byte)i)];

    private readonly DataFolder _data;
    private readonly ServiceProvider _services;

    public ArchiveTests()
    {
        _data = new DataFolder(Folder.Combine("data"));
        _services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton(IdSource.Unpredictable).AddEmbeddedStorage(_data).BuildServiceProvider();
    }

    private IRepositoryStore Store => _services.GetRequiredService<IRepositoryStore>();

    private IRepositoryTransfer Transfer => _services.GetRequiredService<IRepositoryTransfer>();

    public override void Dispose()
    {
        _services.Dispose();
        _data.Dispose();
        base.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("interleaved")]
    [InlineData("old-binary")]
    public async Task Import_WholeArchive_HasEveryDocumentAndFile(string name)
    {
        var summary = await ImportAsync(await Python.WriteArchiveAsync(name, Folder.Path));

        Assert.Equal((6, 4), (summary.Documents, summary.Files));
        Assert.Equal(name == "interleaved" ? ["documents of other.things: 2", "views: 1"] : [], summary.LeftOut);
        Assert.Equal(
            [
                """{"model_name":"base","model_version":"ü 1","meta":{"library":"keras","description":null}}""",
                """{"model_name":"empty","model_version":"1","meta":null}""",
                """{"model_name":"base","model_version":"ü 1","training_id":"13","results":{"accuracy":"0.21299999952316284","rounds":"3","a.b":"x"},"configuration_id":"10"}""",
                """{"meta":{"Author":"A"},"strategy_name":"fedavg","strategy_description":null}""",
                """{"id":"t","description":"d","parameter_types":{"a":"int"},"default_values":{"a":1099511627776,"b":[1,2.5,null,{"c":true}]},"outputs":["o"],"needs":{"storage":0.0,"RAM":null,"GPU":true,"preinstalled_libraries":null,"available_models":null}}""",
                """{"meta":null,"name":"c","version":2}""",
            ],
            (await Transfer.ReadEntriesAsync(null, Token).ToListAsync(Token)).OrderBy(e => e.Kind).Select(e => e.Document));
        Assert.Equal(
            [
                ("000000000000000000000064", "model/base/ü 1", null, 9L, "01.678"),
                ("000000000000000000000065", "model/base/ü 1", null, Model.Length, "02.678"),
                ("000000000000000000000066", "weights/base/ü 1/10", "13", Weights.Length, "03.678"),
                ("000000000000000000000067", "strategy/empty", null, 0L, "04.678"),
            ],
            (await Store.ListFilesAsync(Token)).Select(f => (f.Id, f.Name, f.TrainingId, f.Length, f.UploadedAt.ToString("ss.fff", CultureInfo.InvariantCulture))));
        var model = (await Store.FindAsync(RepositoryKind.Model, RepositoryKey.Of("base", "ü 1"), Token))!;
        var result = (await Store.FindAsync(RepositoryKind.TrainingResult, RepositoryKey.Of("base", "ü 1", "13"), Token))!;
        Assert.Equal(Model, await ReadAsync(model.FileId!));
        Assert.Equal(Weights, await ReadAsync(result.FileId!));
        Assert.Equal([model], await Store.ListTrainedModelsAsync(Token));
        await AssertSoundAsync();
    }

    [Theory]
    [InlineData("duplicate-key", "second documents of a key in repository.models: 1")]
    [InlineData("orphans", "chunks without a file, of files: 1")]
    [InlineData("time-series", "documents of repository.system.buckets.temperatures: 3", "documents of shop.system.buckets.temperatures: 3", "views: 1")]
    public async Task Import_WhatTheOriginalNeverFinds_IsLeftOutAndTold(string name, params string[] leftOut)
    {
        var summary = await ImportAsync(await Python.WriteArchiveAsync(name, Folder.Path));

        Assert.Equal((6, 4), (summary.Documents, summary.Files));
        Assert.Equal(leftOut, summary.LeftOut);
    }

    [Fact]
    public async Task Import_DeepFieldThatIsUnknown_IsDropped() =>
        Assert.Equal(5, (await ImportAsync(await Python.WriteArchiveAsync("deep-unknown", Folder.Path))).Documents);

    [Theory]
    [InlineData("wrong-crc", "the CRC of the collection repository_grid.fs.chunks is * not 0000000000000001")]
    [InlineData("buckets-of-nothing", "the collection shop.system.buckets.temperatures was not announced")]
    [InlineData("old-binary-lie", "repository_grid.fs.chunks: the length of 'data' is wrong")]
    [InlineData("truncated", "it is cut")]
    [InlineData("cut-collection", "it is cut: the collection repository_grid.fs.chunks has no end")]
    [InlineData("truncated-gzip", "it *")]
    [InlineData("altered-gzip", "*")]
    [InlineData("not-an-archive", "it does not begin as an archive of mongodump")]
    [InlineData("document-length", "a document is said to have 2147483632 bytes; 5 to 16842752 are possible")]
    [InlineData("document-length-negative", "a document is said to have -2 bytes; 5 to 16842752 are possible")]
    [InlineData("text-length", "repository.models: the length of 'model_name' is wrong")]
    [InlineData("text-length-negative", "repository.models: the length of 'model_name' is wrong")]
    [InlineData("nested-length", "repository.models: the length of 'meta' is wrong")]
    [InlineData("deep", "repository.transformations: 'a' is nested deeper than 60")]
    [InlineData("no-utf8", "repository.models: a text is not UTF-8")]
    [InlineData("wrong-field", "repository.models: model_name: str type expected")]
    [InlineData("not-a-number", "repository.transformations: default_values.a: NaN and infinite numbers cannot be kept")]
    [InlineData("chunk-missing", "the file 000000000000000000000065 is said to have 262120 bytes, and its chunks have 261120")]
    [InlineData("chunk-gap", "the file 000000000000000000000065 has no chunk 1")]
    [InlineData("chunk-twice", "the file 000000000000000000000065 has more than one chunk 1")]
    [InlineData("chunk-negative", "repository_grid.fs.chunks: a chunk needs 'files_id', 'n' of at least 0 and 'data'")]
    [InlineData("length-too-long", "the file 000000000000000000000065 is said to have 1152921504606846976 bytes, and its chunks have 262120")]
    [InlineData("file-twice", "the file 000000000000000000000067 stands twice")]
    [InlineData("file-without-name", "repository_grid.fs.files: a file needs '_id', 'filename', 'length' of at least 0 and 'uploadDate'")]
    [InlineData("file-date", "repository_grid.fs.files: 'uploadDate' is not a date")]
    public async Task Import_WrongArchive_ChangesNothingAndSaysWhatIsWrong(string name, string reason)
    {
        var path = await Python.WriteArchiveAsync(name, Folder.Path);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ImportAsync(path));

        Assert.Matches("^The archive is wrong( before byte [0-9]+)?: .+\\.$", error.Message);
        Assert.Matches(System.Text.RegularExpressions.Regex.Escape(reason).Replace("\\*", ".+", StringComparison.Ordinal), error.Message);
        Assert.True(await Transfer.IsEmptyAsync(Token));
        Assert.Empty(Directory.GetFiles(Folder.Combine("data/repository")));
        Assert.Empty(Directory.GetFiles(_data.Incoming));
    }

    [Fact]
    public async Task Import_CutAnywhere_ChangesNothing()
    {
        var whole = await File.ReadAllBytesAsync(await Python.WriteArchiveAsync("interleaved", Folder.Path), Token);
        var path = Folder.Combine("cut");
        for (var length = 0; length < whole.Length; length += length < 4000 ? 97 : 40_009)
        {
            await File.WriteAllBytesAsync(path, whole[..length], Token);
            await Assert.ThrowsAsync<InvalidDataException>(() => ImportAsync(path));
        }

        Assert.True(await Transfer.IsEmptyAsync(Token));
    }

    [Theory]
    [InlineData(ArchiveCompression.None)]
    [InlineData(ArchiveCompression.Gzip)]
    public async Task Export_OfAnImport_IsReadByTheIndependentReaderAndComesBackEqual(ArchiveCompression compression)
    {
        await ImportAsync(await Python.WriteArchiveAsync("interleaved", Folder.Path));
        var entries = await Transfer.ReadEntriesAsync(null, Token).ToListAsync(Token);
        var files = await Store.ListFilesAsync(Token);
        var (path, again) = (Folder.Combine("exported"), Folder.Combine("again"));

        await ExportAsync(path, compression);
        var read = await Python.ReadArchiveAsync(path);
        await ImportAsync(path, LoadMode.Replaced);
        await ExportAsync(again, compression);

        Assert.Equal(entries.OrderBy(e => e.Kind), await Transfer.ReadEntriesAsync(null, Token).ToListAsync(Token));
        Assert.Equal(files, await Store.ListFilesAsync(Token));
        Assert.Equal(await File.ReadAllBytesAsync(path, Token), await File.ReadAllBytesAsync(again, Token));
        await AssertSoundAsync();

        Assert.Equal(
            """{"repository.models":["_id_"],"repository.results":["_id_"],"repository.strategies":["_id_"],"repository.transformations":["_id_"],"repository.collectors":["_id_"],"repository_grid.fs.files":["_id_","filename_1_uploadDate_1"],"repository_grid.fs.chunks":["_id_","files_id_1_n_1"]}""",
            read["indexes"]!.ToJsonString());
        Assert.Equal("base,empty", string.Join(',', read["documents"]!["repository.models"]!.AsArray().Select(m => m!["model_name"])));
        Assert.Equal("000000000000000000000066", read["documents"]!["repository.results"]![0]!["weights_id"]!.GetValue<string>());
        Assert.Null(read["documents"]!["repository.transformations"]![0]!["storage_id"]);
        Assert.Equal(1099511627776, read["documents"]!["repository.transformations"]![0]!["default_values"]!["a"]!.GetValue<long>());
        Assert.Equal(
            ["000000000000000000000064 model/base/ü 1 2024-02-03T04:05:01.678000", "000000000000000000000065 model/base/ü 1 2024-02-03T04:05:02.678000",
                "000000000000000000000066 weights/base/ü 1/10 2024-02-03T04:05:03.678000", "000000000000000000000067 strategy/empty 2024-02-03T04:05:04.678000"],
            read["files"]!.AsArray().Select(f => $"{f!["_id"]} {f["filename"]} {f["uploadDate"]}"));
        Assert.Equal(Model, Convert.FromBase64String(read["files"]![1]!["content"]!.GetValue<string>()));
        Assert.Equal("13", read["files"]![2]!["training_id"]!.GetValue<string>());
    }

    /// <summary>What participants called their figures, and earlier versions stored as it came.</summary>
    [Fact]
    public async Task Export_NamesWithNullDotAndDollar_ComesBackWithAReplacementForNull()
    {
        await Store.AddAsync(
            new RepositoryEntry
            {
                Kind = RepositoryKind.TrainingResult,
                Key = RepositoryKey.Of("m", "1", "2"),
                Model = RepositoryKey.Of("m", "1"),
                Document = """{"model_name":"m","model_version":"1","training_id":"2","results":{"a\u0000b":"1\u0000","a.b":"2","$x":"3","":"4","$a.$b":"5"},"configuration_id":"1"}""",
            },
            Token);
        var path = Folder.Combine("out");

        await ExportAsync(path, ArchiveCompression.None);
        var read = await Python.ReadArchiveAsync(path);
        await ImportAsync(path, LoadMode.Replaced);

        const string Kept = """{"a\ufffdb":"1\ufffd","a.b":"2","$x":"3","":"4","$a.$b":"5"}""";
        Assert.Equal(Kept, read["documents"]!["repository.results"]![0]!["results"]!.ToJsonString().Replace("\\uFFFD", "\\ufffd", StringComparison.Ordinal));
        var entry = (await Store.FindAsync(RepositoryKind.TrainingResult, RepositoryKey.Of("m", "1", "2"), Token))!;
        Assert.Equal(Kept, JsonNode.Parse(entry.Document)!["results"]!.ToJsonString().Replace("\\uFFFD", "\\ufffd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_DocumentThatBsonCannotHold_FailsWithItsName()
    {
        var description = new string('x', 17 << 20);
        await Store.AddAsync(
            new RepositoryEntry
            {
                Kind = RepositoryKind.Model,
                Key = RepositoryKey.Of("m", "1"),
                Document = $$$"""{"model_name":"m","model_version":"1","meta":{"description":"{{{description}}}"}}""",
            },
            Token);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ExportAsync(Folder.Combine("out"), ArchiveCompression.None));

        Assert.Matches("^The repository cannot be exported: the document .*m.* of repository.models has [0-9]+ bytes, and 16777216 are possible.$", error.Message);
    }

    private async Task<ArchiveSummary> ImportAsync(string path, LoadMode target = LoadMode.Empty)
    {
        ArchiveSummary? summary = null;
        await using var file = File.OpenRead(path);
        Assert.True(await Transfer.LoadAsync(
            target,
            async (load, token) => summary = await MongodumpArchive.ReadAsync(file, load, ArchivedDocuments.Instance, _data.Incoming, token),
            Token));
        return summary!;
    }

    private async Task ExportAsync(string path, ArchiveCompression compression)
    {
        await using var file = File.Create(path);
        await MongodumpArchive.WriteAsync(Transfer, ArchivedDocuments.Instance, file, compression, Token);
    }

    private async Task<byte[]> ReadAsync(string fileId) => await RepositoryCalls.ReadAsync((await Store.OpenAsync(fileId, Token))!.Stream);

    private async Task AssertSoundAsync() => Assert.Empty(await _services.GetRequiredService<IRepositoryMaintenance>().VerifyAsync());
}
