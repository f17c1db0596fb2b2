// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Tributary.Core;

namespace Tributary.Hosting.Telemetry;

/// <summary>
/// The format of the console log: one line an entry, of bounded length and without control characters, because names and texts of callers are in
/// it. <c>Logging:Console:FormatterOptions</c> has the format of a time stamp.
/// </summary>
internal sealed class LineFormatter(IOptionsMonitor<ConsoleFormatterOptions> options, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    private const int MaxMessageCharacters = 4096;
    private const int MaxErrorCharacters = 16_384;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        if (options.CurrentValue is { TimestampFormat: { Length: > 0 } format } settings)
        {
            var now = settings.UseUtcTimestamp ? time.GetUtcNow() : time.GetLocalNow();
            textWriter.Write(now.ToString(format, CultureInfo.InvariantCulture));
        }

        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"[{logEntry.EventId.Id}] "));
        textWriter.Write(FreeText.Excerpt(logEntry.Formatter(logEntry.State, logEntry.Exception), MaxMessageCharacters));
        if (logEntry.Exception is { } error)
        {
            textWriter.Write(' ');
            textWriter.Write(FreeText.Excerpt(error.ToString().ReplaceLineEndings(" "), MaxErrorCharacters));
        }

        textWriter.WriteLine();
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
