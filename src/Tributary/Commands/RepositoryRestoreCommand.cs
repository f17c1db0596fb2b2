// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Core.Repository;
using Tributary.Transfer;

namespace Tributary.Commands;

/// <summary><c>tributary repository restore</c> and <c>import</c>: the commands that load a file into the repository, all or nothing.</summary>
internal static class RepositoryRestoreCommand
{
    public static Command CreateRestore() =>
        Create("restore", "Read a file that 'dump' has written into the repository: all of it, or nothing when it is cut or altered.", RepositorySource.Dump);

    public static Command CreateImport() =>
        Create("import", "Read an archive of 'mongodump --archive' (plain or gzip) of an FL Repository: all of it, or nothing.", RepositorySource.Archive);

    private static Command Create(string name, string description, RepositorySource source)
    {
        var data = RepositoryFolder.DataOption();
        var json = CommonOptions.Json();
        var file = new Argument<string>("FILE") { Description = "The file to read." };
        var replace = new Option<bool>("--replace") { Description = "Replace what the repository holds; without it a repository that is not empty is refused." };
        var command = new Command(name, description) { file, data, replace, json };
        return command.Running(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            await using var input = RepositorySource.Open(path);
            using var folder = new RepositoryFolder(parsed.GetRequiredValue(data));
            var target = parsed.GetValue(replace) ? LoadMode.Replaced : LoadMode.Empty;
            var report = await source.LoadAsync(input, Path.GetFileName(path), name, folder.Place, target, cancellationToken);
            if (report is null)
            {
                throw new IOException("The repository is not empty; --replace replaces what it holds.");
            }

            report.Print(parsed.InvocationConfiguration.Output, parsed.GetValue(json));
        });
    }
}
