// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Commands;

var root = new RootCommand("Tributary: a federated-learning server.")
{
    DemoCommand.Create(),
    ClientCommand.Create(),
    ServeCommand.Create(),
    SessionCommand.Create(),
    ModelCommand.Create(),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
