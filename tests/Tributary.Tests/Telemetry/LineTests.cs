// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Tributary.Hosting.Telemetry;

namespace Tributary.Tests.Telemetry;

public sealed class LineTests
{
    [Fact]
    public void Write_TextsOfCallers_AreOneLineWithoutControlCharacters() => Assert.Equal(
        "warn: C[7] client 'a\uFFFD\uFFFDinfo: forged\uFFFD[31m' left System.IO.IOException: b\uFFFDc" + Environment.NewLine,
        Line("client 'a\r\ninfo: forged\u001b[31m' left", new IOException("b\u0007c")));

    [Fact]
    public void Write_LongTexts_AreCut()
    {
        var line = Line(new string('x', 1 << 20), new IOException(new string('y', 1 << 20)));

        Assert.InRange(line.Length, 20_000, 21_000);
    }

    private static string Line(string message, Exception error)
    {
        using var services = new ServiceCollection().AddLogging(logging => logging.AddLines()).BuildServiceProvider();
        var format = services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == "line");
        using var writer = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "C", 7, message, error, (state, _) => state);
        format.Write(in entry, null, writer);
        return writer.ToString();
    }
}
