// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Server;

namespace Tributary.Commands;

/// <summary><c>tributary serve</c>: the command that runs the server until it is asked to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = $"The data folder (default: {ServerConfiguration.DefaultDataFolder})." };
        var roles = new Option<string?>("--roles") { Description = $"The roles that run, with commas between (default: {string.Join(',', ServerRoles.Names)})." };
        var addresses = ServerRoles.All.ToDictionary(
            role => role, role => new Option<string?>($"--{role.Name}") { Description = $"{role.Serves} (default: {role.DefaultAddress})." });
        var insecure = new Option<bool>("--insecure") { Description = "Allow addresses that other machines can reach although no authentication is configured." };
        var preload = new Option<string?>("--preload")
        {
            Description = "Fill an empty repository from this file first: what 'repository dump' or 'mongodump --archive' has written.",
            HelpName = "FILE",
        };
        var settings = new Option<string[]>("--set") { Description = $"Any setting, as Section:Name=value: {string.Join(", ", ServerConfiguration.Names)}; those of access (Authentication:…, RateLimits:…, AllowedHosts) are in docs/security.md, those of the repository (Repository:…) in docs/repository-rest.md and docs/repository-files.md, those of health and telemetry in docs/operations.md." };
        var command = new Command("serve", "Run the server: all roles in one process, or some of them.")
        {
            data, roles, insecure, preload, settings,
        };
        foreach (var option in addresses.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = new Dictionary<string, string?>();
            Add("Server:Data", parsed.GetValue(data));
            Add("Server:Roles", parsed.GetValue(roles));
            foreach (var (role, option) in addresses)
            {
                Add($"Server:{role.Setting}", parsed.GetValue(option));
            }

            Add("Server:Insecure", parsed.GetValue(insecure) ? "true" : null);
            Add("Server:Preload", parsed.GetValue(preload));
            foreach (var setting in parsed.GetValue(settings) ?? [])
            {
                var equals = setting.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0)
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync($"--set is '{setting}'; expected Section:Name=value.");
                    return 1;
                }

                given[setting[..equals]] = setting[(equals + 1)..];
            }

            return await RunAsync(given, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken);

            void Add(string key, string? value)
            {
                if (value is not null)
                {
                    given[key] = value;
                }
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Dictionary<string, string?> given, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        TributaryServer server;
        try
        {
            var configuration = ServerConfiguration.Load(given);
            if (!ServerConfiguration.TryRead(configuration, out var settings, out var errors))
            {
                return await RefuseAsync(errors);
            }

            server = await TributaryServer.StartAsync(settings, configuration, null, cancellationToken);
        }
        catch (OptionsValidationException refused)
        {
            return await RefuseAsync(refused.Failures);
        }
        catch (AggregateException refused) when (refused.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await RefuseAsync(refused.InnerExceptions.SelectMany(inner => ((OptionsValidationException)inner).Failures).Distinct());
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException
            or StorageException or DbException)
        {
            // The innermost says what it was: where a file is broken, why a database cannot be opened.
            var cause = refused.GetBaseException();
            return await RefuseAsync([cause == refused ? refused.Message : $"{refused.Message} {ExceptionText.Describe(cause)}"]);
        }

        await using (server)
        {
            foreach (var (role, address) in server.Addresses)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{role,-11} {address}"));
            }

            await output.FlushAsync(cancellationToken);
            await server.WaitForShutdownAsync(cancellationToken);
        }

        return 0;

        async Task<int> RefuseAsync(IEnumerable<string> reasons)
        {
            foreach (var reason in reasons)
            {
                await error.WriteLineAsync(reason.ReplaceLineEndings(" "));
            }

            return 1;
        }
    }
}
