// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tributary.Demo;
using Tributary.Samples.Digits;

namespace Tributary.Commands;

/// <summary><c>tributary demo</c>: a federation from nothing to a trained model.</summary>
internal static class DemoCommand
{
    private const int MaxRounds = 1000;

    public static Command Create()
    {
        var seed = CommonOptions.Seed();
        var participants = CommonOptions.Number("--participants", "How many take part", 1, DemoSettings.MaxParticipants, 10);
        var rounds = CommonOptions.Number("--rounds", "How many rounds", 1, MaxRounds, 10);
        var shuffle = new Option<bool>("--shuffle-labels") { Description = "Deal out the participants' labels at random: nothing is left to learn." };
        var data = new Option<string?>("--data")
        {
            Description = "Keep the server's data in this folder (default: a temporary one, and the model in ./tributary-demo).",
            HelpName = "FOLDER",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "demo", "Train a digit reader in a federation on this machine: a server, participants with their own images, and a session.")
        {
            seed, participants, rounds, shuffle, data, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandOutcome.RunAsync(parsed, async () =>
        {
            var settings = new DemoSettings
            {
                Seed = parsed.GetValue(seed),
                Participants = parsed.GetValue(participants),
                Rounds = parsed.GetValue(rounds),
                Labels = parsed.GetValue(shuffle) ? DigitLabels.Shuffled : DigitLabels.True,
                Data = parsed.GetValue(data),
                ModelPath = DemoSettings.DefaultModelPath(parsed.GetValue(data)),
            };
            var output = parsed.InvocationConfiguration.Output;
            var result = await new DemoRun(settings, View(output, parsed.GetValue(json)), configureServer: null).RunAsync(cancellationToken);
            await output.WriteLineAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(result, DemoJson.Default.DemoResult) : Summary(result));
            return 0;
        }, cancellationToken));
        return command;
    }

    private static IDemoView View(TextWriter output, bool json)
    {
        if (json)
        {
            return new SilentView();
        }

        return ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected ? new TerminalView(AnsiConsole.Console) : new PlainView(output);
    }

    private static string Summary(DemoResult result) => string.Create(CultureInfo.InvariantCulture, $"""
        federated accuracy: {result.FederatedAccuracy:0.000}
        central accuracy: {result.CentralAccuracy:0.000}
        single client accuracy: {result.SingleClientAccuracy:0.000}
        in the repository: {result.Repository.TrainingResult}, accuracy {result.Repository.Accuracy:0.000} on the participants' own images
        model: {result.Model}
        """);
}
