// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;

namespace Tributary.Commands;

/// <summary>The root command, <c>tributary</c>.</summary>
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
