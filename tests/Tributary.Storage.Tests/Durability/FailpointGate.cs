// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Storage.Tests.Durability;

/// <summary>Listens to the server's steps, notes them, and holds whoever reaches one of them until it is opened.</summary>
internal sealed class FailpointGate : IDisposable
{
    private readonly DiagnosticEvents _events;
    private readonly ManualResetEventSlim _open = new(true);
    private readonly string _subject;
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _step;

    /// <param name="subject">What a step has to be about: part of a path, or an operation of the database.</param>
    public FailpointGate(string subject)
    {
        _subject = subject;
        _events = new DiagnosticEvents(Core.Failpoints.ListenerName, OnStep);
    }

    /// <summary>The steps about the subject, and those of folders, in their order.</summary>
    public ConcurrentQueue<string> Steps { get; } = new();

    /// <summary>Closes the gate at <paramref name="step"/>; completes when somebody stands there.</summary>
    public Task CloseAsync(string step)
    {
        Steps.Clear();
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _open.Reset();
        _step = step;
        return _reached.Task.WaitAsync(TestLimits.Step, Token);
    }

    public void Open()
    {
        _step = null;
        _open.Set();
    }

    public void Dispose()
    {
        Open();
        _events.Dispose();
    }

    private void OnStep(string step, object? subject)
    {
        if (!((string)subject!).Contains(_subject, StringComparison.Ordinal))
        {
            return;
        }

        Steps.Enqueue(step);
        if (step == _step)
        {
            _reached.TrySetResult();
            _open.Wait(TestLimits.Step);
        }
    }
}
