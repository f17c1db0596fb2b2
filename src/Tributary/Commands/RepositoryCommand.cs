// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;

namespace Tributary.Commands;

/// <summary><c>tributary repository</c>: the commands for the repository of a data folder that no server uses.</summary>
internal static class RepositoryCommand
{
    public static Command Create() => new("repository", "Check, dump, restore, import and export the repository of a data folder.")
    {
        RepositoryCheckCommand.Create(),
        RepositoryDumpCommand.CreateDump(),
        RepositoryRestoreCommand.CreateRestore(),
        RepositoryRestoreCommand.CreateImport(),
        RepositoryDumpCommand.CreateExport(),
    };
}
