// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Data.Common;
using Tributary.Client;
using Tributary.Core;
using Tributary.Numerics.Formats;
using Tributary.Samples.Digits.Demo;

namespace Tributary.Commands;

/// <summary>The outcome of commands: exit code 0 on success, otherwise another code and a line on the error output.</summary>
internal static class CommandOutcome
{
    private const int Failed = 1;

    // The exit code that shells report for a process ended by Ctrl-C.
    private const int Stopped = 130;

    /// <summary>Gives a command its action; failures that a person can act on become a line on the error output and an exit code.</summary>
    public static Command Running(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, action, cancellationToken));
        return command;
    }

    public static Command Running(this Command command, Func<ParseResult, CancellationToken, Task> action) =>
        command.Running(async (parsed, cancellationToken) =>
        {
            await action(parsed, cancellationToken);
            return 0;
        });

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            return await action(parsed, cancellationToken);
        }
        catch (Exception failed) when (
            failed is TributaryException or DemoException or IOException or UnauthorizedAccessException or ParameterFormatException
                or InvalidDataException or StorageException or DbException
            && !cancellationToken.IsCancellationRequested)
        {
            // The innermost exception of a store names the cause.
            await error.WriteLineAsync(failed is StorageException ? $"{failed.Message} {ExceptionText.Describe(failed.GetBaseException())}" : failed.Message);
            return Failed;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped.");
            return Stopped;
        }
    }
}
