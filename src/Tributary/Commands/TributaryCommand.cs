// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;

namespace Tributary.Commands;

/// <summary><c>tributary</c>: the root of all commands.</summary>
internal static class TributaryCommand
{
    public static RootCommand Create() => new("Tributary: a federated-learning server.")
    {
        DemoCommand.Create(),
        ClientCommand.Create(),
        ServeCommand.Create(),
        SessionCommand.Create(),
        ModelCommand.Create(),
        RepositoryCommand.Create(),
        TokenCommand.Create(),
        UserCommand.Create(),
    };
}
