// SPDX-License-Identifier: Apache-2.0

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Storage.Tests;

public sealed class RepositoryAnnotationsTests : EmbeddedTests
{
    [Theory]
    [InlineData("documents", "IX_repository_documents_Kind_Sequence (Kind=? AND Sequence>?)")]
    [InlineData("tagged", "(Kind=? AND Tag=? AND Document>?)")]
    [InlineData("named", "IX_repository_documents_Kind_Sequence (Kind=? AND Sequence>?)")]
    [InlineData("taggedAndNamed", "IX_repository_documents_Kind_Key (Kind=? AND Key>? AND Key<?)")]
    [InlineData("ofModel", "IX_repository_documents_Kind_Model (Kind=? AND Model=? AND rowid>?)")]
    [InlineData("trained", "IX_repository_documents_Kind_Sequence (Kind=? AND Sequence>?)")]
    [InlineData("files", "USING INTEGER PRIMARY KEY (rowid>?)")]
    [InlineData("audit", "USING INTEGER PRIMARY KEY (rowid>?)")]
    public async Task Pages_GoOnBehindARowByAnIndex(string list, string index)
    {
        using var commands = new CommandPlans(Host);

        await (list switch
        {
            "documents" => Annotations.ListAsync(RepositoryKind.Model, new DocumentFilter(null, null, null), PageRequest.Behind(70_000, 100), Token).AsTask(),
            "tagged" => Annotations.ListAsync(RepositoryKind.Model, new DocumentFilter("t", null, null), PageRequest.Behind(70_000, 100), Token).AsTask(),
            "named" => Annotations.ListAsync(RepositoryKind.Model, new DocumentFilter(null, "n", null), PageRequest.Behind(70_000, 100), Token).AsTask(),
            "taggedAndNamed" => Annotations.ListAsync(RepositoryKind.Model, new DocumentFilter("t", "n", null), PageRequest.Behind(70_000, 100), Token).AsTask(),
            "ofModel" => Store.ListPageAsync(RepositoryKind.TrainingResult, Key("m"), PageRequest.Behind(70_000, 100), Token).AsTask(),
            "trained" => Store.ListTrainedModelsAsync(PageRequest.Behind(70_000, 100), Token).AsTask(),
            "files" => Store.ListFilesAsync(PageRequest.Behind(70_000, 100), Token).AsTask(),
            _ => (Task)Annotations.ListAuditAsync(PageRequest.Behind(70_000, 100), Token).AsTask(),
        });

        var plan = commands.Plans[0];
        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN repository", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("USE TEMP B-TREE FOR", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_FoundNowhere_IsLookedForInABoundedNumberOfDocuments()
    {
        await Of<IRepositoryTransfer>().LoadAsync(LoadMode.Empty, async (load, token) =>
        {
            for (var i = 0; i < DocumentFilter.MaxLookedAt + 150; i++)
            {
                await load.AddEntryAsync(Model(i == DocumentFilter.MaxLookedAt + 100 ? "last" : $"{i}"), token);
            }
        }, Token);

        var first = await Annotations.ListAsync(RepositoryKind.Model, new DocumentFilter(null, null, "LAST"), PageRequest.Behind(0, 10), Token);
        var second = await Annotations.ListAsync(RepositoryKind.Model, new DocumentFilter(null, null, "LAST"), PageRequest.Behind(first.Next!.Value, 10), Token);

        Assert.Empty(first.Items);
        Assert.Equal(Key("last"), Assert.Single(second.Items).Key);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task CommitWith_AddsDocumentAndFileAtOnceOrNeither()
    {
        Assert.True(await CommitAsync("m", "one"));
        Assert.False(await CommitAsync("m", "two"));
        Host.Restart();

        Assert.Equal("one"u8.ToArray(), await Store.ReadAsync("m"));
        Assert.Equal(new FileAnnotations("ci", "{}", null), Assert.Single(await Store.ListFilesAsync(Token)).Annotations);
        Assert.Equal(new FileUsage(1, 3), await Annotations.MeasureUsageAsync("ci", Token));
        Assert.Equal(new FileUsage(0, 0), await Annotations.MeasureUsageAsync("else", Token));
        Assert.Empty(await Of<IRepositoryMaintenance>().VerifyAsync());
    }

    [Fact]
    public async Task TagsStagesAndNotes_AreInADumpAndComeBack()
    {
        await CommitAsync("m", "one");
        await Annotations.SetTagsAsync(RepositoryKind.Model, Key("m"), ["b", "a"], Note, Token);
        await Annotations.SetStageAsync("m", Key("m"), ModelStages.Production, Note, Archived, Token);
        var dump = await DumpAsync(Host);
        using var other = new EmbeddedHost();

        Assert.True(await other.Of<IRepositoryTransfer>().LoadAsync(
            LoadMode.Empty, (load, token) => RepositoryDump.ReadAsync(new MemoryStream(dump), load, token), Token));

        var annotations = other.Of<IRepositoryAnnotations>();
        var page = await annotations.ListAsync(RepositoryKind.Model, new DocumentFilter("a", "m", null), PageRequest.Behind(0, 10), Token);
        var entry = Assert.Single(page.Items);
        Assert.Equal(["a", "b"], entry.Tags);
        Assert.Equal(ModelStages.Production, entry.Stage);
        Assert.Equal("ci", (await annotations.FindFileAsync(entry.FileId!, Token))!.Annotations.Owner);
        Assert.Equal(dump, await DumpAsync(other));
    }

    private async Task<bool> CommitAsync(string name, string content)
    {
        await using var upload = await Store.BeginUploadAsync(Token);
        await upload.Stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(content), Token);
        await using (var written = upload.OpenRead())
        {
            Assert.Equal(content.Length, written.Length);
        }

        upload.Notes = new FileAnnotations("ci", "{}", null);
        return await upload.CommitWithAsync(Model(name), $"model/{name}/1", null, Note, Token);
    }

    private static async Task<byte[]> DumpAsync(EmbeddedHost host)
    {
        using var output = new MemoryStream();
        await RepositoryDump.WriteAsync(host.Of<IRepositoryTransfer>(), output, Token);
        return output.ToArray();
    }

    /// <summary>How SQLite would go about the queries that are run meanwhile.</summary>
    private sealed class CommandPlans : IDisposable
    {
        private readonly string _data;
        private readonly DiagnosticEvents _events;

        public CommandPlans(EmbeddedHost host)
        {
            using var context = host.Of<IDbContextFactory<MetadataContext>>().CreateDbContext();
            _data = context.Database.GetConnectionString()!;
            _events = new DiagnosticEvents(DbLoggerCategory.Name, OnEvent);
        }

        public List<string> Plans { get; } = [];

        private void OnEvent(string name, object? value)
        {
            if (name == RelationalEventId.CommandExecuted.Name && value is CommandExecutedEventData { Command: var command }
                && command.Connection!.ConnectionString == _data && command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            {
                Plans.Add(Explain(command));
            }
        }

        public void Dispose() => _events.Dispose();

        private static string Explain(DbCommand command)
        {
            using var explain = command.Connection!.CreateCommand();
            explain.CommandText = $"EXPLAIN QUERY PLAN {command.CommandText}";
            foreach (DbParameter parameter in command.Parameters)
            {
                var copy = explain.CreateParameter();
                (copy.ParameterName, copy.Value) = (parameter.ParameterName, parameter.Value);
                explain.Parameters.Add(copy);
            }

            var lines = new List<string>();
            using var reader = explain.ExecuteReader();
            while (reader.Read())
            {
                lines.Add(reader.GetString(3));
            }

            return string.Join('\n', lines);
        }
    }
}
