// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Globalization;
using Tributary.Client;
using Tributary.Core;
using Tributary.Samples.Digits;
using Tributary.Samples.Digits.Demo;

namespace Tributary.Commands;

/// <summary><c>tributary client</c>: the command that runs one participant of the digits federation, in a process of its own.</summary>
internal static class ClientCommand
{
    public static Command Create()
    {
        var access = new ControllerAccess();
        var shard = CommonOptions.RequiredNumber("--shard", "Which share of the images it holds, from 0.", 0, DemoSettings.MaxParticipants - 1);
        var of = CommonOptions.RequiredNumber("--of", "How many shares there are.", 1, DemoSettings.MaxParticipants);
        var seed = CommonOptions.Seed();
        var name = new Option<string?>("--name") { Description = "A name for people (default: digits-SHARD).", HelpName = "NAME" };
        var clientId = new Option<string?>("--client-id") { Description = "The id that the federation knows it by (default: a new one).", HelpName = "ID" };
        var command = access.AddTo(new Command("client", "Take part in training the digit reader with one share of the images, until stopped.")
        {
            shard, of, seed, name, clientId,
        });
        command.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValue(shard) >= result.GetValue(of))
            {
                result.AddError(FormattableString.Invariant($"--shard is {result.GetValue(shard)}; expected less than --of, which is {result.GetValue(of)}."));
            }
        });
        return command.Running(async (parsed, cancellationToken) =>
        {
            var federation = new DigitFederation(parsed.GetValue(of), parsed.GetValue(seed));
            var index = parsed.GetValue(shard);
            var options = new ParticipantOptions
            {
                Controller = access.Controller(parsed),
                Token = access.Token(parsed),
                AllowTokenOverHttp = access.AllowsTokenOverHttp(parsed),
                Authorities = access.Authorities(parsed),
                Name = parsed.GetValue(name) ?? string.Create(CultureInfo.InvariantCulture, $"digits-{index}"),
                ClientId = parsed.GetValue(clientId),
                Progress = new Journal(parsed.InvocationConfiguration.Output),
            };
            try
            {
                await new Participant(options, federation.Trainer(index)).RunAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The command ends by being stopped.
            }
        });
    }

    /// <summary>The printer of a participant's events, a line each.</summary>
    private sealed class Journal(TextWriter output) : IProgress<ParticipantEvent>
    {
        private readonly Lock _lock = new();

        public void Report(ParticipantEvent value)
        {
            var line = value switch
            {
                ParticipantEvent.Assigned assigned => $"assigned to {assigned.Combiner} as {assigned.ClientId}",
                ParticipantEvent.Connected => "connected",
                ParticipantEvent.Disconnected lost =>
                    string.Create(CultureInfo.InvariantCulture, $"disconnected: {lost.Reason} Trying again in {lost.RetryAfter.TotalSeconds:0.0} s."),
                ParticipantEvent.TaskCompleted { Kind: TaskKind.Training } trained => $"trained for round {trained.RoundId}",
                ParticipantEvent.TaskCompleted measured => $"validated model {measured.ModelId}",
                ParticipantEvent.TaskFailed failed => $"failed at model {failed.ModelId}: {ExceptionText.Describe(failed.Error)}",
                _ => null,
            };
            if (line is not null)
            {
                lock (_lock)
                {
                    output.WriteLine(line);
                    output.Flush();
                }
            }
        }
    }
}
