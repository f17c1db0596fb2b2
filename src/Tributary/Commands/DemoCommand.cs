// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Samples.Digits;
using Tributary.Samples.Digits.Demo;
using Tributary.Server;

namespace Tributary.Commands;

/// <summary><c>tributary demo</c>: the command that runs a federation from nothing to a trained model.</summary>
internal static class DemoCommand
{
    private const int MaxRounds = 1000;

    public static Command Create()
    {
        var seed = CommonOptions.Seed();
        var participants = CommonOptions.Number("--participants", "How many take part", 1, DemoSettings.MaxParticipants, 10);
        var rounds = CommonOptions.Number("--rounds", "How many rounds", 1, MaxRounds, 10);
        var strategy = new Option<string>("--strategy")
        {
            Description = $"Aggregate by this strategy (default: {DemoSettings.FederatedAveraging}).",
            HelpName = "NAME",
            DefaultValueFactory = _ => DemoSettings.FederatedAveraging,
        };
        var attack = CommonOptions.Number(
            "--attack", "How many participants send the opposite of what they have learned; fedavg and the strategy are compared", 0, DemoSettings.MaxParticipants - 1, 0);
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
            seed, participants, rounds, strategy, attack, shuffle, data, json,
        };
        return command.Running(async (parsed, cancellationToken) =>
        {
            var settings = new DemoSettings
            {
                Seed = parsed.GetValue(seed),
                Participants = parsed.GetValue(participants),
                Rounds = parsed.GetValue(rounds),
                Strategy = parsed.GetRequiredValue(strategy),
                Attackers = parsed.GetValue(attack),
                Labels = parsed.GetValue(shuffle) ? DigitLabels.Shuffled : DigitLabels.True,
                Data = parsed.GetValue(data),
                ModelPath = DemoSettings.DefaultModelPath(parsed.GetValue(data)),
            };
            if (settings.Attackers >= settings.Participants)
            {
                throw new DemoException(FormattableString.Invariant($"--attack is {settings.Attackers}; expected fewer than the {settings.Participants} participants."));
            }

            var (output, asJson) = (parsed.InvocationConfiguration.Output, parsed.GetValue(json));
            var run = new DemoRun(
                settings, DemoOutput.View(output, asJson), (folder, token) => DemoHost.StartAsync(folder, settings.Participants, configure: null, token));
            await DemoOutput.PrintAsync(output, await run.RunAsync(cancellationToken), asJson);
        });
    }
}
