// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Collections.Concurrent;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Storage.Blobs.Files;

namespace Tributary.Storage.Tests.Durability;

/// <summary>A loss of power keeps what is published: the bytes are synced before they get their name, and the name is synced after that.</summary>
[Collection(nameof(ListenToFailpoints))]
public sealed class SyncTests : EmbeddedTests
{
    private static readonly string[] Published = ["file.syncing", "file.synced", "file.renamed", "folder.synced"];

    [Fact]
    public void Open_NewFolders_HaveAllTheirNamesSynced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps names by itself.");
        using var folder = new TemporaryFolder();
        var durable = new ConcurrentBag<string>();
        using (new DiagnosticEvents(Failpoints.ListenerName, NoteNames))
        {
            new DataFolder(folder.Combine("new/deep/data")).Dispose();
        }

        Assert.Empty(Directory.GetDirectories(folder.Path, "*", SearchOption.AllDirectories).Except(durable));

        void NoteNames(string step, object? path)
        {
            if (step == "folder.synced" && ((string)path!).StartsWith(folder.Path, StringComparison.Ordinal))
            {
                Array.ForEach(Directory.GetDirectories((string)path), durable.Add);
            }
        }
    }

    [Fact]
    public void SyncFolder_ThatCannotBeSynced_Throws()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere, there is no folder that opens and cannot be synced.");

        Assert.Throws<IOException>(() => FileDurability.SyncFolder("/proc"));
    }

    [Fact]
    public async Task Upload_Published_IsSyncedThenNamed()
    {
        await using var upload = await Of<IUpdateSpool>().BeginUploadAsync(Token);
        await upload.AppendAsync(new ReadOnlySequence<byte>([1, 2, 3]), Token);

        Assert.Equal(Published, await StepsAsync("uploads", () => upload.PublishAsync(ModelId.Parse("u"), Token)));
    }

    [Fact]
    public async Task Model_Completed_IsSyncedThenNamed()
    {
        await using var writer = await Of<IModelDataStore>().CreateAsync(ModelId.Parse("m"), Token);
        await writer.Stream.WriteAsync(new byte[] { 1, 2, 3 }, Token);

        Assert.Equal(Published, await StepsAsync("models", () => writer.CompleteAsync(Token)));
    }

    [Fact]
    public async Task RepositoryFile_Committed_IsSyncedThenNamedThenRecorded()
    {
        await using var upload = await Of<IRepositoryStore>().BeginUploadAsync(Token);
        await upload.Stream.WriteAsync(new byte[] { 1, 2, 3 }, Token);
        var entry = new RepositoryEntry { Kind = RepositoryKind.Model, Key = RepositoryKey.Of("m", "1"), Document = "{}" };

        var steps = await StepsAsync("repository", () => upload.CommitWithAsync(entry, "model/m/1", null, new AuditEntry("t", "a", "s"), Token));

        Assert.Equal(["file.syncing", "file.synced", .. Published, "database.committing", "database.committed"], steps);
    }

    [Fact]
    public async Task AnyFile_WrittenAfterACrash_IsSyncedThenNamed()
    {
        await File.WriteAllBytesAsync(Path.Combine(Host.Path, "export.partial"), [9, 9], Token);

        var steps = await StepsAsync(
            "export",
            async () => await AtomicFile.WriteAsync(
                Path.Combine(Host.Path, "export"),
                async (stream, token) =>
                {
                    await stream.WriteAsync(new byte[] { 1 }, token);
                    return true;
                },
                Token),
            Host.Path);

        Assert.Equal(Published, steps);
        Assert.Equal([1], await File.ReadAllBytesAsync(Path.Combine(Host.Path, "export"), Token));
    }

    /// <summary>Returns the steps of an action that are about a file or an operation with the text, or about the folder.</summary>
    private static async Task<IEnumerable<string>> StepsAsync<T>(string text, Func<ValueTask<T>> action, string? folder = null)
    {
        var steps = new ConcurrentQueue<string>();
        using var events = new DiagnosticEvents(Failpoints.ListenerName, (step, subject) =>
        {
            if (((string)subject!).Contains(text, StringComparison.Ordinal) || (folder is not null && folder.Equals(subject)))
            {
                steps.Enqueue(step);
            }
        });
        await action();
        return steps;
    }
}
