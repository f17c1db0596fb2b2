// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Client;
using Tributary.Protocol.Rest;
using Tributary.Samples.Digits;

namespace Tributary.Commands;

/// <summary><c>tributary session start</c>: the command that creates a session and starts it.</summary>
internal static class SessionStartCommand
{
    public static Command Create()
    {
        var access = new ControllerAccess();
        var model = new Option<string?>("--model") { Description = "Begin with this model of the server, or with repository:NAME/VERSION.", HelpName = "ID" };
        var initial = new Option<string?>("--initial-model") { Description = "Begin with this file, which is uploaded.", HelpName = "FILE" };
        var digits = new Option<bool>("--digits") { Description = "Begin with a new digit reader, made from --seed." };
        var seed = CommonOptions.Seed();
        var rounds = CommonOptions.Number("--rounds", "How many rounds", 1, 1_000_000, 10);
        var name = new Option<string?>("--name") { Description = "A name for people.", HelpName = "NAME" };
        var strategy = new Option<string>("--strategy")
        {
            Description = "Aggregate by this strategy: one of the server's own, or of the repository whose meta names a class.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "fedavg",
        };
        var required = CommonOptions.Number("--clients-required", "How many participants have to be connected", 1, 1_000_000, 1);
        var parameters = new Option<string?>("--strategy-parameters")
        {
            Description = "The parameters of the strategy as a JSON object, for example {\"eta\": 0.01}; docs/strategies.md lists them.",
            HelpName = "JSON",
        };
        var wait = new Option<bool>("--wait") { Description = "Print the rounds as they end, and exit when the session has ended." };
        var json = CommonOptions.Json();
        var command = access.AddTo(new Command("start", "Create a session, start it and print its id.")
        {
            model, initial, digits, seed, rounds, name, strategy, parameters, required, wait, json,
        });
        command.Validators.Add(result =>
        {
            var given = (result.GetValue(model) is null ? 0 : 1) + (result.GetValue(initial) is null ? 0 : 1) + (result.GetValue(digits) ? 1 : 0);
            if (given != 1)
            {
                result.AddError("Exactly one of --model, --initial-model and --digits is needed.");
            }
        });
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var client = access.Connect(parsed);
            var modelId = parsed.GetValue(model)
                ?? (parsed.GetValue(initial) is { } file
                    ? await client.Models.UploadFileAsync(file, Path.GetFileNameWithoutExtension(file), cancellationToken)
                    : await UploadDigitsAsync(client, parsed.GetValue(seed), cancellationToken));
            var session = await client.Sessions.CreateAsync(
                new SessionSettings
                {
                    ModelId = modelId,
                    Name = parsed.GetValue(name),
                    Rounds = parsed.GetValue(rounds),
                    Aggregator = parsed.GetRequiredValue(strategy),
                    AggregatorParameters = parsed.GetValue(parameters),
                    ClientsRequired = parsed.GetValue(required),
                },
                cancellationToken);
            await client.Sessions.StartAsync(session.SessionId, rounds: null, cancellationToken);

            var (output, asJson) = (parsed.InvocationConfiguration.Output, parsed.GetValue(json));
            if (parsed.GetValue(wait))
            {
                return await FollowAsync(client, session.SessionId, parsed, asJson, cancellationToken);
            }

            if (asJson)
            {
                ConsoleOutput.Print(output, await SessionCommand.DescribeAsync(client, session.SessionId, cancellationToken), json: true);
            }
            else
            {
                await output.WriteLineAsync(session.SessionId);
            }

            return 0;
        });
    }

    private static async Task<string> UploadDigitsAsync(ControllerClient client, int seed, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("tributary-model-");
        try
        {
            var path = Path.Combine(scratch.FullName, "initial.npz");
            using var model = DigitNetwork.Initialize(seed);
            ModelFile.Save(model, path, cancellationToken);
            return await client.Models.UploadFileAsync(path, "digits_initial", cancellationToken);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Prints rounds as they end. Returns 0 when the session finishes with a model from every round, else 1.</summary>
    private static async Task<int> FollowAsync(
        ControllerClient client, string id, ParseResult parsed, bool asJson, CancellationToken cancellationToken)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (!asJson)
        {
            await output.WriteLineAsync($"session: {id}");
        }

        var failed = 0;
        await foreach (var round in client.Sessions.FollowRoundsAsync(id, cancellationToken))
        {
            failed += round.ModelId is null ? 1 : 0;
            if (!asJson)
            {
                await output.WriteLineAsync(ConsoleOutput.Line(RoundReport.Of(round)));
                await output.FlushAsync(cancellationToken);
            }
        }

        var report = await SessionCommand.DescribeAsync(client, id, cancellationToken);
        if (asJson)
        {
            ConsoleOutput.Print(output, report, json: true);
        }
        else
        {
            await output.WriteLineAsync($"status: {report.Status}");
        }

        if (failed > 0 || report.Status != SessionSummary.Finished)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"The session ended as {report.Status}, {failed} of its rounds without a model.");
            return 1;
        }

        return 0;
    }
}
