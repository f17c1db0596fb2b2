// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;

namespace Tributary.Tests.Commands;

/// <summary>Runs the command line in this process.</summary>
internal static class CommandLine
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await TributaryCommand.Create().Parse(arguments).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null },
            Token);
        return (code, output.ToString(), error.ToString());
    }
}
