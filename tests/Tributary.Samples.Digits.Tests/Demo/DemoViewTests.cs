// SPDX-License-Identifier: Apache-2.0

using Spectre.Console;
using Tributary.Samples.Digits.Demo;

namespace Tributary.Samples.Digits.Tests.Demo;

public sealed class DemoViewTests
{
    [Fact]
    public async Task TerminalView_Rounds_DrawsThemWithABar()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(output),
        });

        await new TerminalView(console).ShowAsync(1, report =>
        {
            report(new DemoRound(1, 1.25, 0.5, 10, 105180, 0.25));
            return Task.CompletedTask;
        });

        Assert.All(["accuracy", "0.500", "105180", "rounds", "100%"], text => Assert.Contains(text, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlainView_Rounds_PrintsALineForEach()
    {
        var output = new StringWriter();

        await new PlainView(output).ShowAsync(2, report =>
        {
            report(new DemoRound(1, 1.25, 0.5, 10, 105180, 0.25));
            report(new DemoRound(2, 0.125, 0.96125, 9, 94662, 12));
            return Task.CompletedTask;
        });

        Assert.Equal(
            """
            round    loss  accuracy  clients     bytes  seconds
                1  1.2500     0.500       10    105180    0.250
                2  0.1250     0.961        9     94662   12.000

            """,
            output.ToString(),
            ignoreLineEndingDifferences: true);
    }
}
