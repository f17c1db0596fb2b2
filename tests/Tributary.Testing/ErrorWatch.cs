// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tributary.Testing;

/// <summary>Collects what a server logs as an error. The host that a test runs verifies at its end: an error that the test does not expect fails it.</summary>
/// <param name="min">What counts as one.</param>
public sealed class ErrorWatch(LogLevel min = LogLevel.Error) : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly ConcurrentQueue<string> _expected = [];

    /// <summary>From now on and before: the test provokes errors with this in their message or exception. One at least has to come.</summary>
    public void Expect(string part) => _expected.Enqueue(part);

    /// <summary>Returns the errors so far, which then count as expected.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (_errors.TryDequeue(out var error))
        {
            taken.Add(error);
        }

        return taken;
    }

    /// <summary>Fails the test on errors that it does not expect, and on expected ones that have not come.</summary>
    public void Verify()
    {
        var unexpected = _errors.Where(error => !_expected.Any(part => error.Contains(part, StringComparison.Ordinal))).ToList();
        Assert.True(unexpected.Count == 0, $"The server logged errors that the test does not expect:\n{string.Join('\n', unexpected)}");
        var missing = _expected.Where(part => !_errors.Any(error => error.Contains(part, StringComparison.Ordinal))).ToList();
        Assert.True(missing.Count == 0, $"The test expects errors that the server has not logged: {string.Join("; ", missing)}");
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= min && logLevel < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
