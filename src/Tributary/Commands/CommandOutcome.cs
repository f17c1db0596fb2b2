// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Data.Common;
using Tributary.Client;
using Tributary.Core;
using Tributary.Numerics.Formats;
using Tributary.Samples.Digits.Demo;

namespace Tributary.Commands;

/// <summary>The end of commands: exit code 0 on success, otherwise another code and a line on the error output.</summary>
internal static class CommandOutcome
{
    private const int Failed = 1;

    // The exit code that shells report for a process ended by Ctrl-C.
    private const int Stopped = 130;

    /// <summary>Runs a command; failures that a person can act on become a line on the error output and an exit code.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<Task<int>> command, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            return await command();
        }
        catch (Exception failed) when (
            failed is TributaryException or DemoException or IOException or UnauthorizedAccessException or ParameterFormatException
                or InvalidDataException or StorageException or DbException
            && !cancellationToken.IsCancellationRequested)
        {
            // The innermost exception of a store names the cause.
            await error.WriteLineAsync(failed is StorageException ? $"{failed.Message} {failed.GetBaseException().Message}" : failed.Message);
            return Failed;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped.");
            return Stopped;
        }
    }
}
