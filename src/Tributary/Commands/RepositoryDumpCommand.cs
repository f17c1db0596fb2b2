// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Core.Repository;
using Tributary.MongoArchive;
using Tributary.Repository.Maintenance;
using Tributary.Storage.Blobs.Files;
using Tributary.Transfer;

namespace Tributary.Commands;

/// <summary><c>tributary repository dump</c> and <c>export</c>: the commands that write the whole repository to one file, complete or not at all.</summary>
internal static class RepositoryDumpCommand
{
    public static Command CreateDump()
    {
        var data = RepositoryFolder.DataOption();
        var json = CommonOptions.Json();
        var file = new Argument<string>("FILE") { Description = "Where to put it; replaced when it is there." };
        var command = new Command("dump", "Write everything that the repository holds into one file, for 'restore' and 'serve --preload'.") { file, data, json };
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var folder = RepositoryFolder.OpenExisting(parsed.GetRequiredValue(data));
            var counts = await AtomicFile.WriteAsync(
                parsed.GetRequiredValue(file), (stream, token) => RepositoryDump.WriteAsync(folder.Transfer, stream, token), cancellationToken);
            RepositoryReport.Of(counts).Print(parsed.InvocationConfiguration.Output, parsed.GetValue(json));
        });
    }

    public static Command CreateExport()
    {
        var data = RepositoryFolder.DataOption();
        var json = CommonOptions.Json();
        var file = new Argument<string>("FILE") { Description = "Where to put it; replaced when it is there." };
        var gzip = new Option<bool>("--gzip") { Description = "Compress it, for 'mongorestore --gzip'." };
        var command = new Command("export", "Write an archive that 'mongorestore --archive=FILE' puts into a database of the FL Repository.") { file, data, gzip, json };
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var folder = RepositoryFolder.OpenExisting(parsed.GetRequiredValue(data));
            var compression = parsed.GetValue(gzip) ? ArchiveCompression.Gzip : ArchiveCompression.None;
            var summary = await AtomicFile.WriteAsync(
                parsed.GetRequiredValue(file),
                (stream, token) => MongodumpArchive.WriteAsync(folder.Transfer, ArchivedDocuments.Instance, stream, compression, token),
                cancellationToken);
            RepositoryReport.Of(summary).Print(parsed.InvocationConfiguration.Output, parsed.GetValue(json));
        });
    }
}
