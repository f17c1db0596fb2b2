// SPDX-License-Identifier: Apache-2.0

using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;

namespace Tributary.Samples.Digits.Demo;

/// <summary>A view that shows a growing table with a progress bar below it, for people at a terminal.</summary>
public sealed class TerminalView(IAnsiConsole console) : IDemoView
{
    private ImmutableList<DemoRound> _rounds = [];

    public Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work) => console.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .UseRenderHook((bar, _) => new Rows(Draw(Volatile.Read(ref _rounds)), bar))
        .StartAsync(async progress =>
        {
            var bar = progress.AddTask("rounds", maxValue: rounds);
            await work(round =>
            {
                // Another thread draws: it sees one list or the next, never a changing one.
                Volatile.Write(ref _rounds, _rounds.Add(round));
                bar.Increment(1);
            });
        });

    private static Table Draw(ImmutableList<DemoRound> rounds)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var title in new[] { "round", "loss", "accuracy", "clients", "bytes", "seconds" })
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var round in rounds)
        {
            table.AddRow(
                Text($"{round.Round}"),
                Text($"{round.Loss:0.0000}"),
                Text($"{round.Accuracy:0.000}"),
                Text($"{round.Clients}"),
                Text($"{round.Bytes}"),
                Text($"{round.Seconds:0.000}"));
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
