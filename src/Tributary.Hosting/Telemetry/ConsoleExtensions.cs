// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Tributary.Hosting.Telemetry;

/// <summary>The registration of the console log.</summary>
public static class ConsoleExtensions
{
    /// <summary>Writes the log to the standard error stream, one line an entry; another of .NET's formats can be chosen by <c>Logging:Console:FormatterName</c>.</summary>
    public static ILoggingBuilder AddLines(this ILoggingBuilder logging)
    {
        ArgumentNullException.ThrowIfNull(logging);
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        return logging.AddConsole(console =>
        {
            console.FormatterName ??= LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }
}
