// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Client;

namespace Tributary.Commands;

/// <summary><c>tributary session</c>: the commands that start, list, show and stop sessions.</summary>
internal static class SessionCommand
{
    public static Command Create() => new("session", "Start, look at and stop sessions.")
    {
        SessionStartCommand.Create(), List(), Status(), Stop(),
    };

    public static async Task<SessionReport> DescribeAsync(ControllerClient client, string id, CancellationToken cancellationToken)
    {
        var session = await client.Sessions.GetAsync(id, cancellationToken);
        var rounds = await client.Sessions.ListRoundsAsync(id, new ListRange(OldestFirst: true), cancellationToken);
        return new SessionReport(session.SessionId, session.Name, session.Status, [.. rounds.Items.Select(RoundReport.Of)]);
    }

    private static Command List()
    {
        var access = new ControllerAccess();
        var json = CommonOptions.Json();
        var limit = CommonOptions.Number("--limit", "How many at most, newest first", 1, 10_000, 100);
        var command = access.AddTo(new Command("list", "List sessions with their state and current round, newest first.") { limit, json });
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var client = access.Connect(parsed);
            var sessions = await client.Sessions.ListAsync(new ListRange(Limit: parsed.GetValue(limit)), cancellationToken);
            var entries = new List<SessionEntry>();
            foreach (var session in sessions.Items)
            {
                var progress = session.HasEnded ? null : await client.Sessions.FindProgressAsync(session.SessionId, cancellationToken);
                entries.Add(new SessionEntry(session.SessionId, session.Name, session.Status, progress?.Round, progress?.Rounds));
            }

            ConsoleOutput.Print(parsed.InvocationConfiguration.Output, entries, parsed.GetValue(json));
        });
    }

    private static Command Status()
    {
        var access = new ControllerAccess();
        var json = CommonOptions.Json();
        var id = new Argument<string>("ID") { Description = "The id of the session." };
        var command = access.AddTo(new Command("status", "Print a session and its rounds.") { id, json });
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var client = access.Connect(parsed);
            var report = await DescribeAsync(client, parsed.GetRequiredValue(id), cancellationToken);
            ConsoleOutput.Print(parsed.InvocationConfiguration.Output, report, parsed.GetValue(json));
        });
    }

    private static Command Stop()
    {
        var access = new ControllerAccess();
        var id = new Argument<string>("ID") { Description = "The id of the session." };
        var command = access.AddTo(new Command("stop", "End a session and the round that it is in.") { id });
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var client = access.Connect(parsed);
            await client.Sessions.TerminateAsync(parsed.GetRequiredValue(id), cancellationToken);
        });
    }
}
